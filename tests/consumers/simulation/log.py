"""A log that comes in late, out of order among its partitions, or not at all; and the topic of dead letters."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from confluent_kafka import KafkaException

from consumers.errors import LogUnavailable
from consumers.kafka.record import Offsets, Record
from online_models.schema import keyspace
from tests.consumers.fakes import MemoryEventLog, MemoryPublisher, MemoryTopic
from tests.consumers.simulation.world import World

REFUSED = 0.05
"""Share of commits that fail, and of dead letters of which the confirmation is lost."""

_by_appending = attrgetter("appended_at")


class SimulatedLog(MemoryEventLog):
    """Gives some of what is there from some of the partitions.

    Once all is well it gives everything: steps are seconds apart then, and an update waits only so long for its event.
    """

    def __init__(self, topic: MemoryTopic, world: World) -> None:
        super().__init__(topic, keyspace.LEARNER_GROUP)
        self._world = world

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        self._reach("poll")
        records = super().poll(timeout, max_records)
        if records:
            self._world.tell("polled " + ", ".join(f"{r.partition}:{r.offset}" for r in records))
        return records

    def _choose(self) -> list[Record]:
        chance, chosen = self._world.chance, []
        for partition, offset in sorted(self._positions.items()):
            waiting = [r for r in self._memory.records if r.partition == partition and r.offset >= offset]
            several = len(waiting) if self._world.is_well else chance.choice((0, 1, 2, len(waiting), len(waiting)))
            chosen.append(waiting[:several])
        return list(heapq.merge(*chosen, key=_by_appending))

    def seek(self, offsets: Mapping[int, int], until: Mapping[int, int] | None = None) -> None:
        self._reach("seek")
        super().seek(offsets)
        self._world.tell(f"reads on from {dict(offsets)}")

    def beginning_offsets(self) -> Offsets:
        self._reach("the log's beginnings")
        return super().beginning_offsets()

    def end_offsets(self) -> Offsets:
        self._reach("the log's ends")
        return super().end_offsets()

    def commit(self, offsets: Mapping[int, int], timeout: float = 0.0) -> None:
        self._reach("commit")
        if self._world.happens(REFUSED):
            raise LogUnavailable("a commit failed")
        super().commit(offsets)
        self._world.at("after a commit")

    def _reach(self, what: str) -> None:
        self._world.at(what)
        if self._world.log_down:
            raise LogUnavailable("the log is down")


class SimulatedProducer:
    """Appends dead letters to a list, and sometimes loses the confirmation."""

    def __init__(self, world: World, letters: list[tuple[bytes, bytes | None, str]]) -> None:
        self._world = world
        self._letters = letters
        self._queue: list[tuple[tuple[bytes, bytes | None, str], Callable[[object, object], None]]] = []

    def produce(
        self,
        topic: str,
        value: bytes | None,
        key: bytes,
        headers: Sequence[tuple[str, bytes]],
        on_delivery: Callable[[object, object], None],
    ) -> None:
        self._queue.append(((key, value, dict(headers)["reason"].decode()), on_delivery))

    def flush(self, timeout: float) -> None:
        queue, self._queue = self._queue, []
        for letter, on_delivery in queue:
            self._world.at("before a dead letter is sent")
            if self._world.log_down:
                raise KafkaException("the log is down")
            self._letters.append(letter)
            self._world.at("after a dead letter was sent")
            if not self._world.happens(REFUSED):
                on_delivery(None, None)

    def purge(self) -> None:
        self._queue.clear()

    def close(self) -> None:
        """Nothing to let go of."""


class SimulatedPublisher(MemoryPublisher):
    """Loses what it was given while the log is down, and now and then what waited when its learner is killed."""

    def __init__(self, topic: MemoryTopic, world: World) -> None:
        super().__init__(topic)
        self._world = world

    def publish(self, payload: bytes) -> None:
        self._world.at("before an update is published")
        if not self._world.log_down:
            super().publish(payload)
            self._world.at("after an update was published")
