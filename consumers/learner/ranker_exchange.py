"""What the rankers of several learners learn: published by whoever ranked the visitor, applied by all in one order.

So the ranker follows from one topic, and its offset is part of the snapshot like the others. A learner alone trains its
ranker directly, and only hands on what its snapshot says.
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from consumers.clock import Clock
from consumers.errors import LogUnavailable
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Offsets, Record, place_of
from consumers.members.slots import SLOTS, slot_of
from online_models.hybrid import Hybrid
from online_models.schema.keyspace import EVENT_TOPICS
from online_models.schema.ranker_update import InvalidUpdate, LoggedUpdate, RankerUpdate, decode, encode
from online_models.snapshot import SnapshotHeader

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
MOST_PARTITIONS = 10_000
HELD_SECONDS = 10.0
"""An update waits this long for its event to be learned here, too: by then the visitor and the item are known.

Longer than a process may stand still. An event that does not come by then has been lost, and others of its partition do
not wait either, until that goes on.
"""

PAUSE_SECONDS = 1.0


class Publisher(Protocol):
    """Whoever sends updates to all learners. Never raises."""

    def publish(self, payload: bytes) -> None:
        """Send one update soon."""

    def close(self) -> None:
        """Send what waits."""


@dataclass(slots=True)
class RankerExchange:
    """Publishes and applies ranker updates. ``log`` and ``publisher`` are None for a learner alone.

    While ``is_behind``, with much of the log left to learn, updates wait for it.

    No event teaches twice: by partition and slot only updates of later events are applied. A learner that died and
    learns its last seconds again, or two that take each other for dead, may publish some twice.
    """

    model: Hybrid
    clock: Clock
    log: EventLog | None = None
    publisher: Publisher | None = None
    offset: int | None = None
    updated: dict[int, list[int]] = field(default_factory=dict)
    is_behind: bool = True
    applied: int = 0
    refused: int = 0
    _waiting: deque[Record] = field(default_factory=deque)
    _is_reading: bool = False
    _end: int = 0
    _held_since: float | None = None
    _given_up: dict[int, int] = field(default_factory=dict)
    _quiet_until: float = float("-inf")

    @property
    def is_caught_up(self) -> bool:
        """Whether all updates are applied that there were when it began to read."""
        return self.log is None or (self._is_reading and (self.offset or 0) >= self._end)

    def restore(self, header: SnapshotHeader) -> None:
        """Go on where a snapshot was taken."""
        self.offset = header.updates
        self.updated = {partition: list(after) for partition, after in header.updated.items()}

    def forget_partition(self, partition: int) -> None:
        """Start anew with a partition: its topic was recreated."""
        self.updated.pop(partition, None)

    def publish(self, record: Record, update: RankerUpdate) -> None:
        """Send to all learners, this one too, what an event teaches."""
        if self.publisher is not None:
            self.publisher.publish(encode(LoggedUpdate(record.partition, record.offset, update)))

    def run(self, learned: Offsets) -> None:
        """Apply what has come of the events that were learned; these are all before the offsets, by partition.

        To be called before each event is learned, so that a replay applies the same updates before the same events.
        """
        if self.log is None or self.clock.elapsed() < self._quiet_until:
            return
        try:
            if not self._is_reading:
                self._seek(self.log)
            if not self._waiting:
                self._waiting.extend(self.log.poll(0.0, MOST_AT_ONCE))
        except LogUnavailable as error:
            _log.info("ranker updates cannot be read, trying again: %s", error)
            self._quiet_until = self.clock.elapsed() + PAUSE_SECONDS
            return
        while self._waiting and self._take(self._waiting[0], learned):
            self.offset = self._waiting.popleft().offset + 1

    def close(self) -> None:
        """Send what waits, and disconnect."""
        if self.publisher is not None:
            self.publisher.close()
        if self.log is not None:
            self.log.close()

    def _take(self, record: Record, learned: Mapping[int, int]) -> bool:
        """Apply an update, or leave it out. Returns False if it has to wait."""
        try:
            logged = decode(record.value)
            topic, partition = place_of(logged.partition)
            if topic >= len(EVENT_TOPICS) or partition >= MOST_PARTITIONS:
                raise InvalidUpdate(f"an update of partition {logged.partition}, which there cannot be")
            # Of a partition that was just added, one learner may know before the other.
            known = learned.get(logged.partition, 0)
            if logged.offset >= known:
                if self._holds(logged.partition, known):
                    return False
                self._given_up[logged.partition] = known
            self._held_since = None
            self._apply(logged)
        except InvalidUpdate as error:
            self.refused += 1
            if self.refused & (self.refused - 1) == 0:
                _log.warning("ranker update %d is left out, the %d. so far: %s", record.offset, self.refused, error)
        return True

    def _holds(self, partition: int, known: int) -> bool:
        if self._given_up.get(partition) == known and not self.is_behind:
            return False
        elapsed = self.clock.elapsed()
        if self._held_since is None or self.is_behind:
            self._held_since = elapsed
        return elapsed < self._held_since + HELD_SECONDS

    def _apply(self, logged: LoggedUpdate) -> None:
        after = self.updated.setdefault(logged.partition, [0] * SLOTS)
        slot = slot_of(logged.update.visitor)
        if logged.offset >= after[slot]:
            after[slot] = logged.offset + 1
            self.model.apply(logged.update)
            self.applied += 1

    def _seek(self, log: EventLog) -> None:
        beginning, end = log.beginning_offsets()[0], log.end_offsets()[0]
        wanted = beginning if self.offset is None else self.offset
        if not beginning <= wanted <= end:
            _log.warning("ranker updates %d to %d are gone", wanted, beginning)
            wanted = beginning
        log.seek({0: wanted})
        self._waiting.clear()
        self.offset, self._end, self._is_reading = wanted, end, True
