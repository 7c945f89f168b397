"""The learner's status, once a second."""

from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from consumers.jobs.ranker import Ranker
from consumers.learner.checkpoint import Checkpoint
from consumers.learner.learner import Learner
from consumers.members.slots import SLOTS
from consumers.requests.request_loop import RequestLoop
from online_models.schema.messages import LearnerStatus, ListVariety, ModelQuality

SECONDS_BETWEEN_REPORTS = 1.0
SECONDS_BETWEEN_QUALITIES = 5.0


def measure_memory() -> int:
    """Return how many bytes of memory this process uses."""
    rss: int = psutil.Process().memory_info().rss
    return rss


@dataclass(slots=True)
class LearnerReport:
    """Collects the figures of the parts and writes them as one `LearnerStatus`.

    ``memory`` tells how many bytes of memory the process uses; ``is_warm`` whether its code is loaded.
    """

    learner: Learner
    ranker: Ranker
    checkpoint: Checkpoint
    memory: Callable[[], int]
    is_warm: Callable[[], bool]
    requests: RequestLoop | None = None
    _started_at: float = field(init=False)
    _reported: float = field(init=False)
    _learned: int = 0
    _quality: ModelQuality | None = None
    _variety: ListVariety | None = None
    _quality_at: float = float("-inf")

    def __post_init__(self) -> None:
        clock = self.learner.clock
        self._started_at, self._reported = clock.now(), clock.elapsed()

    def run(self) -> None:
        """Write the status if the last one is a second old."""
        elapsed = self.learner.clock.elapsed()
        since = elapsed - self._reported
        if since >= SECONDS_BETWEEN_REPORTS:
            learned = self.learner.learned
            self.learner.writer.write_learner_status(self._status((learned - self._learned) / since))
            self._reported, self._learned = elapsed, learned

    def _status(self, learned_per_second: float) -> LearnerStatus:
        now, learner, ranker, saved = self.learner.clock.now(), self.learner, self.ranker, self.checkpoint.saved
        quality = self._read_quality()
        return LearnerStatus(
            at=now,
            started_at=self._started_at,
            learned=learner.learned,
            learned_per_second=round(learned_per_second, 1),
            ranked=ranker.ranked,
            pushed=ranker.pushed,
            dead_letters=learner.dead_letters.count,
            duplicates=learner.duplicates,
            expired=learner.expired,
            postponed=ranker.pending,
            items=learner.model.items,
            visitors=learner.model.visitors,
            memory_bytes=self.memory(),
            positions={str(partition): offset for partition, offset in sorted(learner.offsets.items())},
            snapshot_at=saved.at if saved else None,
            snapshot_ms=saved.took_ms if saved else None,
            learn_us=learner.learn_us.percentiles(now),
            rank_us=ranker.rank_us.percentiles(now),
            quality=quality,
            name=learner.members.name,
            leads=learner.members.leads,
            share=len(learner.members.assignment.owned) / SLOTS,
            updates=learner.exchange.offset,
            variety=self._variety,
            weights=learner.weights.status if learner.weights else None,
            warm=self.is_warm(),
            requested=self.requests.answered if self.requests else 0,
            request_us=self.requests.made_us.percentiles(now) if self.requests else None,
        )

    def _read_quality(self) -> ModelQuality | None:
        """Ask for live quality and variety, which take longer than the rest, now and then only."""
        elapsed = self.learner.clock.elapsed()
        if elapsed >= self._quality_at + SECONDS_BETWEEN_QUALITIES:
            self._quality_at = elapsed
            self._quality = self.learner.model.quality()
            self._variety = self.ranker.jobs.window.report(self.ranker.cards.products)
        return self._quality
