"""The learner's status, once a second."""

import psutil

from consumers.clock import Clock
from consumers.jobs.ranker import Ranker
from consumers.kafka.dead_letter import DeadLetters
from consumers.learner.checkpoint import Checkpoint
from consumers.learner.learner import Learner
from consumers.redis.serving_writer import ServingWriter
from consumers.served_recommender import ServedRecommender
from online_models.schema.messages import LearnerStatus, ModelQuality

SECONDS_BETWEEN_REPORTS = 1.0
SECONDS_BETWEEN_QUALITIES = 5.0


class LearnerReport:
    """Collects the figures of the parts and writes them as one `LearnerStatus`."""

    def __init__(
        self,
        model: ServedRecommender,
        learner: Learner,
        ranker: Ranker,
        checkpoint: Checkpoint,
        dead_letters: DeadLetters,
        writer: ServingWriter,
        clock: Clock,
    ) -> None:
        self._model = model
        self._learner = learner
        self._ranker = ranker
        self._checkpoint = checkpoint
        self._dead_letters = dead_letters
        self._writer = writer
        self._clock = clock
        self._process = psutil.Process()
        self._started_at = clock.now()
        self._reported = clock.elapsed()
        self._learned = 0
        self._quality: ModelQuality | None = None
        self._quality_at = float("-inf")

    def run(self) -> None:
        """Write the status if the last one is a second old."""
        elapsed = self._clock.elapsed()
        since = elapsed - self._reported
        if since >= SECONDS_BETWEEN_REPORTS:
            learned = self._learner.learned
            self._writer.write_learner_status(self._status((learned - self._learned) / since))
            self._reported, self._learned = elapsed, learned

    def _status(self, learned_per_second: float) -> LearnerStatus:
        now, learner, ranker, saved = self._clock.now(), self._learner, self._ranker, self._checkpoint.saved
        return LearnerStatus(
            at=now,
            started_at=self._started_at,
            learned=learner.learned,
            learned_per_second=round(learned_per_second, 1),
            ranked=ranker.ranked,
            pushed=ranker.pushed,
            dead_letters=self._dead_letters.count,
            duplicates=learner.duplicates,
            postponed=ranker.pending,
            items=self._model.items,
            visitors=self._model.visitors,
            memory_bytes=self._process.memory_info().rss,
            positions={str(partition): offset for partition, offset in sorted(learner.offsets.items())},
            snapshot_at=saved.at if saved else None,
            snapshot_ms=saved.took_ms if saved else None,
            learn_us=learner.learn_us.percentiles(now),
            rank_us=ranker.rank_us.percentiles(now),
            quality=self._read_quality(),
        )

    def _read_quality(self) -> ModelQuality | None:
        """Ask for the live quality, which takes longer than the rest, now and then only."""
        elapsed = self._clock.elapsed()
        if elapsed >= self._quality_at + SECONDS_BETWEEN_QUALITIES:
            self._quality_at = elapsed
            self._quality = self._model.quality()
        return self._quality
