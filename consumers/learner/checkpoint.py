"""When the model is saved and how it comes back: with its offsets inside, so that state and offsets cannot disagree.

The copy of the state is taken between two batches; encoding and writing go on beside the learner.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from consumers.clock import Clock
from consumers.kafka.event_log import Offsets
from consumers.learner.recent_events import RecentEvents
from consumers.learner.save_policy import SavePolicy
from consumers.learner.snapshot_store import SnapshotStore
from consumers.served_recommender import ServedRecommender
from online_models.arrays.state import InvalidState, State
from online_models.snapshot import InvalidSnapshot, SnapshotHeader, decode, encode

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    """The last snapshot that is on disk. ``took_ms`` is the time from the copy to the disk."""

    at: float
    took_ms: float


class Checkpoint:
    """Saves the model with its offsets and recent event ids, and restores the newest whole snapshot."""

    def __init__(
        self,
        store: SnapshotStore,
        model: ServedRecommender,
        recent: RecentEvents,
        executor: Executor,
        clock: Clock,
        product_version: str,
        policy: SavePolicy,
    ) -> None:
        self._store = store
        self._model = model
        self._recent = recent
        self._executor = executor
        self._clock = clock
        self._product_version = product_version
        self._policy = policy
        self._writing: Future[None] | None = None
        self._saved_offsets: Offsets = {}
        self._saved_learned = 0
        self._started = clock.elapsed()
        self.saved: Saved | None = None

    def restore(self) -> Offsets:
        """Load the newest whole snapshot into the model. Returns where to read on; empty if there is none."""
        for path, payload in self._store.read_newest_first():
            try:
                header, state = decode(payload)
                self._model.load(state)
            except (InvalidSnapshot, InvalidState) as error:
                _log.error("%s cannot be used, trying the one before: %s", path, error)
                continue
            self._recent.restore(header.recent_events)
            self._saved_offsets = dict(header.positions)
            self.saved = Saved(header.saved_at, 0.0)
            _log.info("restored %s: %d items, %d visitors", path, self._model.items, self._model.visitors)
            return dict(header.positions)
        _log.info("no snapshot: learning from the oldest event that is kept")
        return {}

    def is_due(self, offsets: Offsets, learned: int) -> bool:
        """Say whether it is time to save. Never while the snapshot before is still being written."""
        if offsets == self._saved_offsets or (self._writing is not None and not self._writing.done()):
            return False
        return (
            learned - self._saved_learned >= self._policy.events
            or self._clock.elapsed() - self._started >= self._policy.seconds
        )

    def save(self, offsets: Offsets, learned: int) -> None:
        """Copy the state now, and write it beside the learner."""
        self.wait()
        self._started = self._clock.elapsed()
        self._saved_offsets, self._saved_learned = dict(offsets), learned
        header = SnapshotHeader(
            positions=dict(offsets),
            recent_events=self._recent.ids(),
            saved_at=self._clock.now(),
            product_version=self._product_version,
        )
        self._writing = self._executor.submit(self._write, self._model.dump(), header, self._started)

    def wait(self) -> None:
        """Return when the snapshot that is being written is on disk."""
        if self._writing is not None:
            self._writing.result()

    def _write(self, state: State, header: SnapshotHeader, started: float) -> None:
        pieces: Iterable[bytes] = encode(state, header)
        try:
            self._store.write(pieces)
        except OSError as error:
            _log.error("a snapshot could not be written, the one before stays: %s", error)
            self._saved_offsets = {}
            return
        self.saved = Saved(header.saved_at, round((self._clock.elapsed() - started) * 1000, 1))
