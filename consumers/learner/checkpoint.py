"""When the model is saved and how it comes back: with its offsets inside, so that state and offsets cannot disagree.

The copy of the state is taken between two batches; encoding and writing go on beside the learner.
"""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from consumers.clock import Clock
from consumers.kafka.record import Offsets, Place
from consumers.learner.ranker_exchange import RankerExchange
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.learner.weights_uptake import WeightsUptake
from online_models.arrays.state import InvalidState, State
from online_models.hybrid import Hybrid
from online_models.snapshot import InvalidSnapshot, SnapshotHeader, decode, encode

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    """The last snapshot that is on disk. ``took_ms`` is the time from the copy to the disk."""

    at: float
    took_ms: float


@dataclass(frozen=True, slots=True)
class Restored:
    """Where a snapshot stands: ``offsets`` of the next events to learn, ``listed`` of those whose visitors may wait.

    Of the records between the two, ``skipped`` are a producer's retries, and at ``failed`` the model failed. All are
    empty without a snapshot.
    """

    offsets: Offsets = field(default_factory=dict)
    listed: Offsets = field(default_factory=dict)
    skipped: Sequence[Place] = ()
    failed: Sequence[Place] = ()


@dataclass(frozen=True, slots=True)
class SavePolicy:
    """Save after so many seconds in which something was learned, or so many events, whichever comes first."""

    seconds: float
    events: int


@dataclass(slots=True)
class Checkpoint:
    """Saves the model with its offsets and recent event ids, and restores the newest whole snapshot.

    ``topic_ids`` are those of the topics to which the offsets belong, as far as they are known.
    """

    store: SnapshotStore
    model: Hybrid
    recent: RecentEvents
    executor: Executor
    clock: Clock
    product_version: str
    policy: SavePolicy
    exchange: RankerExchange
    topic_ids: tuple[str, ...] = ()
    weights: WeightsUptake | None = None
    saved: Saved | None = None
    _writing: Future[None] | None = None
    _saved_offsets: Offsets = field(default_factory=dict)
    _saved_learned: int = 0
    _owed: int = 0
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock.elapsed()

    def restore(self) -> Restored:
        """Load the newest whole snapshot into the model."""
        for path, payload in self.store.read_newest_first():
            try:
                header, state = decode(payload)
                self.model.load(state)
            except (InvalidSnapshot, InvalidState) as error:
                _log.error("%s cannot be used, trying the one before: %s", path, error)
                continue
            self.recent.restore(header.recent_events)
            self.topic_ids = (header.topic_id, *header.further_topic_ids)
            self.exchange.restore(header)
            if self.weights is not None:
                self.weights.restore(header)
            self._saved_offsets = dict(header.positions)
            # What this learner wrote before it took over another one's state may hold somebody who is erased there.
            self._owed = header.owed if self.store.is_own(path) else self.store.kept
            self.saved = Saved(header.saved_at, 0.0)
            _log.info("restored %s: %d items, %d visitors", path, self.model.items, self.model.visitors)
            listed = {**header.positions, **header.listed}
            return Restored(dict(header.positions), listed, header.skipped, header.failed)
        _log.info("no snapshot: learning from the oldest event that is kept")
        return Restored()

    def is_due(self, offsets: Offsets, learned: int) -> bool:
        """Say whether it is time to save. Never while the snapshot before is still being written."""
        is_same = offsets == self._saved_offsets and not self._owed
        if is_same or (self._writing is not None and not self._writing.done()):
            return False
        return (
            learned - self._saved_learned >= self.policy.events
            or self.clock.elapsed() - self._started >= self.policy.seconds
        )

    def replace_all(self) -> None:
        """Write as many snapshots as are kept, also if nothing is learned: those from before hold somebody erased."""
        self._owed = self.store.kept

    def save(
        self,
        offsets: Offsets,
        learned: int,
        listed: Offsets,
        skipped: Iterable[Place] = (),
        failed: Iterable[Place] = (),
    ) -> None:
        """Copy the state now, and write it beside the learner."""
        self.wait()
        self._started = self.clock.elapsed()
        self._saved_offsets, self._saved_learned = dict(offsets), learned
        self._owed = max(0, self._owed - 1)
        header = SnapshotHeader(
            positions=dict(offsets),
            listed=dict(listed),
            skipped=tuple(skipped),
            failed=tuple(failed),
            recent_events=self.recent.ids(),
            saved_at=self.clock.now(),
            product_version=self.product_version,
            topic_id=self.topic_ids[0] if self.topic_ids else "",
            further_topic_ids=self.topic_ids[1:],
            updates=self.exchange.offset,
            updated={partition: list(after) for partition, after in self.exchange.updated.items()},
            owed=self._owed,
            weights=self.weights.offset if self.weights else None,
        )
        self._writing = self.executor.submit(self._write, self.model.dump(), header, self._started)

    def wait(self) -> None:
        """Return when the snapshot that is being written is on disk."""
        if self._writing is not None:
            self._writing.result()

    def _write(self, state: State, header: SnapshotHeader, started: float) -> None:
        try:
            self.store.write(encode(state, header))
        except OSError as error:
            _log.error("a snapshot could not be written, the one before stays: %s", error)
            self._saved_offsets = {}
            self._owed += 1
            return
        self.saved = Saved(header.saved_at, round((self.clock.elapsed() - started) * 1000, 1))
