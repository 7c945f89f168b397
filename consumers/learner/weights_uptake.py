"""Takes up the weights that the refit process publishes: between two events, at the place that their record names.

So all learners do so at the same place, and a replay does, too. Without a refit process, or with weights that cannot be
read, the model goes on with those that it has, or with none.
"""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from typing import Any, Protocol

from consumers.clock import Clock
from consumers.errors import LogUnavailable
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Offsets, Record
from online_models.models.neural.weights import BrokenWeights, Weights
from online_models.schema.messages import WeightsStatus
from online_models.schema.weights_record import InvalidWeightsRecord, WeightsRecord, decode
from online_models.snapshot import SnapshotHeader

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
MOST_WAITING = 1_000
READS_TO_CATCH_UP, READ_SECONDS = 100, 0.02
"""How often, and for how long each, the records are read that there are when a learner starts: before it learns."""

PAUSE_SECONDS = 10.0
LONGEST_WAIT = 2.0
"""Seconds, for a file that is read aside and is not there yet when its place in the log is."""


class TakesWeights(Protocol):
    """A model with a network that is trained elsewhere. `online_models.hybrid.Hybrid` is one."""

    @property
    def weights(self) -> Weights | None:
        """Those that it has; they are part of what it saves."""

    def prepare(self, weights: Weights) -> Any:
        """Make weights ready, in another thread than the one that learns."""

    def take_up(self, weights: Any) -> None:
        """Answer from now on by weights that were made ready."""


class Files(Protocol):
    """Where the weights are."""

    def read(self, version: str) -> Weights:
        """Read weights. Raises OSError and `BrokenWeights`."""


@dataclass(slots=True)
class WeightsUptake:
    """Reads the records, loads the files in another thread, and hands weights to the model.

    Attributes
    ----------
    offset
        Of the first record that was not taken up: a snapshot says it.
    status
        What is known of the weights that the model has; None without any.
    refused
        How many could not be taken up.
    """

    model: TakesWeights
    log: EventLog
    files: Files
    executor: Executor
    clock: Clock
    offset: int | None = None
    status: WeightsStatus | None = None
    refused: int = 0
    _waiting: deque[tuple[int, WeightsRecord]] = field(default_factory=deque)
    _loading: dict[str, "Future[Any]"] = field(default_factory=dict)
    _is_reading: bool = False
    _quiet_until: float = float("-inf")

    @property
    def is_waiting(self) -> bool:
        """Whether there are weights to be taken up at some place."""
        return bool(self._waiting)

    def restore(self, header: SnapshotHeader) -> None:
        """Go on where a snapshot was taken, of which the model has its weights again."""
        self.offset = header.weights
        self._note_status(None)

    def poll(self) -> None:
        """Read the records that have come. To be called before the events are learned that come after them."""
        if self.clock.elapsed() < self._quiet_until:
            return
        try:
            if self._is_reading:
                self._note(self.log.poll(0.0, MOST_AT_ONCE))
            else:
                self._catch_up()
        except LogUnavailable as error:
            _log.info("records of weights cannot be read, trying again: %s", error)
            self._quiet_until = self.clock.elapsed() + PAUSE_SECONDS

    def run(self, learned: Offsets) -> None:
        """Take up what is due, the last of it, where these offsets are those of the next events to learn."""
        waiting = self._waiting
        if not (waiting and _is_reached(waiting[0][1].take_up, learned)):
            return
        while len(waiting) > 1 and _is_reached(waiting[1][1].take_up, learned):
            self._loading.pop(waiting.popleft()[1].version, None)
        offset, record = waiting.popleft()
        self._load(record.version)
        self.offset = offset + 1
        if self._take(record.version):
            _log.info("took up weights %.12s of %d items at %s", record.version, record.items, learned)
        self._load_next()

    def close(self) -> None:
        """Disconnect."""
        self.log.close()

    def _catch_up(self) -> None:
        """Read all that is there: a replay must know of each record before it comes to its place."""
        beginning, end = self.log.beginning_offsets()[0], self.log.end_offsets()[0]
        start = beginning if self.offset is None or not beginning <= self.offset <= end else self.offset
        self.log.seek({0: start})
        self._waiting.clear()
        self.offset, self._is_reading = start, True
        for _ in range(READS_TO_CATCH_UP):
            if self.log.offsets()[0] >= end:
                break
            self._note(self.log.poll(READ_SECONDS, MOST_AT_ONCE))

    def _note(self, records: Sequence[Record]) -> None:
        for record in records:
            try:
                found = decode(record.value)
            except InvalidWeightsRecord as error:
                self._refuse(f"record {record.offset}", error)
                continue
            while self._waiting and _is_of_another_log(self._waiting[-1][1], found):
                self._loading.pop(self._waiting.pop()[1].version, None)
            self._waiting.append((record.offset, found))
            _log.info("weights %.12s are to be taken up at %s", found.version, found.take_up)
            if len(self._waiting) > MOST_WAITING:
                self._loading.pop(self._waiting.popleft()[1].version, None)
        if records:
            self._load_next()

    def _load_next(self) -> None:
        """Load what is taken up next, and no more: what is made ready depends on what was taken up before."""
        if self._waiting:
            self._load(self._waiting[0][1].version)

    def _load(self, version: str) -> None:
        if version not in self._loading:
            self._loading[version] = self.executor.submit(self._make_ready, version)

    def _take(self, version: str) -> bool:
        """Hand weights to the model. Returns False if they cannot be read."""
        try:
            ready = self._loading.pop(version).result(LONGEST_WAIT)
        except (OSError, BrokenWeights, TooLate) as error:
            self._refuse(f"weights {version:.12}", error)
            return False
        self.model.take_up(ready)
        self._note_status(self.clock.now())
        return True

    def _make_ready(self, version: str) -> Any:
        return self.model.prepare(self.files.read(version))

    def _note_status(self, taken_up_at: float | None) -> None:
        weights = self.model.weights
        if weights is None:
            self.status = None
            return
        self.status = WeightsStatus(
            version=weights.version,
            items=len(weights.item_ids),
            trained_at=weights.trained_at,
            taken_up_at=taken_up_at,
        )

    def _refuse(self, what: str, error: Exception) -> None:
        self.refused += 1
        if self.refused & (self.refused - 1) == 0:  # the first, and then ever more rarely
            _log.warning("%s cannot be taken up, the %d. so far: %s", what, self.refused, error)


def _is_of_another_log(before: WeightsRecord, after: WeightsRecord) -> bool:
    """Say whether the events were made anew between two records: no learner comes to the first one's place then."""
    return any(offset < before.position.get(partition, 0) for partition, offset in after.position.items())


def _is_reached(take_up: Mapping[int, int], learned: Offsets) -> bool:
    return all(learned.get(partition, 0) >= offset for partition, offset in take_up.items())
