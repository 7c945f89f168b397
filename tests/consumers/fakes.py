"""Small real stand-ins for what consumers talk to. Each passes the behaviour suite of the thing it stands for."""

import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from consumers.clock import Clock
from consumers.errors import LogUnavailable, StoreUnavailable
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import CATALOG_PARTITION, Offsets, Record, number_of, place_of
from consumers.members.heartbeats import Heartbeat, HeartbeatStore
from consumers.redis import fences
from consumers.redis.catalog_reader import CatalogReader, ChangedItems, PublishedCatalog
from consumers.redis.outbox import Command, Outbox
from consumers.redis.store_watcher import Identity, StoreReader


class ManualClock(Clock):
    """A clock that moves when told."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def elapsed(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds


class MemoryTopic:
    """A topic with several partitions. Records keep the order in which they were appended.

    With ``impressions``, so many partitions of a further topic are numbered through with it; with a ``catalog``, the
    one partition of the topic of the catalog, too.
    """

    def __init__(self, partitions: int = 2, impressions: int = 0, *, catalog: bool = False) -> None:
        self.partitions = partitions
        self.impressions = impressions
        self.records: list[Record] = []
        self.commits: dict[str, Offsets] = {}
        self.down = False
        self.generations = [0] * (3 if catalog else 2)
        numbers = [*range(partitions), *(number_of(1, partition) for partition in range(impressions))]
        numbers += [CATALOG_PARTITION] if catalog else []
        self._ends = dict.fromkeys(numbers, 0)
        self._beginnings = dict.fromkeys(numbers, 0)

    def append(
        self,
        value: bytes | None,
        partition: int = 0,
        at: float = 1_700_000_000.0,
        headers: tuple[tuple[str, bytes], ...] = (),
        key: bytes | None = None,
    ) -> Record:
        record = Record(partition, self._ends[partition], at, value, headers, key)
        self._ends[partition] += 1
        self.records.append(record)
        return record

    def expire_before(self, offsets: Mapping[int, int]) -> None:
        self._beginnings.update(offsets)
        self.records = [r for r in self.records if r.offset >= self._beginnings[r.partition]]

    def add_partition(self) -> None:
        self._ends[self.partitions] = self._beginnings[self.partitions] = 0
        self.partitions += 1

    def add_impressions(self) -> None:
        """Make one more partition of the further topic."""
        number = number_of(1, self.impressions)
        self._ends[number] = self._beginnings[number] = 0
        self.impressions += 1

    def recreate(self, topic: int = 0) -> None:
        self.generations[topic] += 1
        self.records = [record for record in self.records if place_of(record.partition)[0] != topic]
        for number in self._ends:
            if place_of(number)[0] == topic:
                self._ends[number] = self._beginnings[number] = 0

    def beginnings(self) -> Offsets:
        return dict(self._beginnings)

    def ends(self) -> Offsets:
        return dict(self._ends)


class MemoryEventLog(EventLog):
    """Reads a `MemoryTopic`. Never waits."""

    def __init__(self, topic: MemoryTopic, group: str = "group") -> None:
        self._memory = topic
        self._group = group
        self._positions = topic.beginnings()
        self._generations = list(topic.generations)
        self.topic_ids = tuple(map(str, self._generations))

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        self._check()
        self._follow_memory()
        beginnings, ends = self._memory.beginnings(), self._memory.ends()
        for partition, offset in self._positions.items():
            if not beginnings[partition] <= offset <= ends[partition]:
                self._positions[partition] = beginnings[partition]
        found = self._choose()[:max_records]
        for record in found:
            self._positions[record.partition] = record.offset + 1
        return found

    def _follow_memory(self) -> None:
        for topic, generation in enumerate(self._memory.generations):
            if generation != self._generations[topic]:
                self._positions = {n: o for n, o in self._positions.items() if place_of(n)[0] != topic}
        self._generations = list(self._memory.generations)
        self.topic_ids = tuple(map(str, self._generations))
        self._positions = dict.fromkeys(self._memory.beginnings(), 0) | self._positions

    def _choose(self) -> list[Record]:
        """Return what can be read now, in the order of appending."""
        return [r for r in self._memory.records if r.offset >= self._positions[r.partition]]

    def seek(self, offsets: Mapping[int, int], until: Mapping[int, int] | None = None) -> None:
        self._check()
        self._positions.update({p: o for p, o in offsets.items() if p in self._positions})

    def offsets(self) -> Offsets:
        self._check()
        return dict(self._positions)

    def beginning_offsets(self) -> Offsets:
        self._check()
        return {partition: self._memory.beginnings()[partition] for partition in self._positions}

    def end_offsets(self) -> Offsets:
        self._check()
        return {partition: self._memory.ends()[partition] for partition in self._positions}

    def commit(self, offsets: Mapping[int, int], timeout: float = 0.0) -> None:
        self._check()
        self._memory.commits.setdefault(self._group, {}).update(offsets)

    def committed(self) -> Offsets:
        self._check()
        return dict(self._memory.commits.get(self._group, {}))

    def close(self) -> None:
        """Nothing to let go of."""

    def _check(self) -> None:
        if self._memory.down:
            raise LogUnavailable("the topic is down")


class MemoryRedis:
    """What the commands of an outbox leave behind, and what a reader of Redis would see.

    ``same_as`` is another way to the same data.
    """

    def __init__(self, same_as: "MemoryRedis | None" = None) -> None:
        self.strings: dict[str, bytes] = same_as.strings if same_as else {}
        self.hashes: dict[str, dict[str, bytes]] = same_as.hashes if same_as else {}
        self.lists: dict[str, list[bytes]] = same_as.lists if same_as else {}
        self.expiries: dict[str, int] = same_as.expiries if same_as else {}
        self.published: list[tuple[str, bytes]] = same_as.published if same_as else []
        self.down = False

    def run(self, command: Command) -> None:
        if command[:2] == ("EVAL", fences.SCRIPT):
            guard: Any = command[3:]
            self._run_guarded(*guard)
            return
        match command:
            case ("SET", str(key), bytes(value), "EX", int(seconds)):
                self.strings[key] = value
                self.expiries[key] = seconds
            case ("DEL", *keys):
                for gone in keys:
                    self.strings.pop(str(gone), None)
                    self.hashes.pop(str(gone), None)
            case ("HSET", str(key), *parts):
                pairs = zip(parts[::2], parts[1::2], strict=True)
                found = {str(field): counted for field, counted in pairs if isinstance(counted, bytes)}
                self.hashes.setdefault(key, {}).update(found)
            case ("PUBLISH", str(channel), bytes(payload)):
                self.published.append((channel, payload))
            case ("LPUSH", str(key), bytes(value)):
                self.lists.setdefault(key, []).insert(0, value)
            case ("LTRIM", str(key), 0, int(last)):
                del self.lists[key][last + 1 :]
            case ("EXPIRE", str(key), int(seconds)):
                self.expiries[key] = seconds
            case _:
                raise AssertionError(f"the fake does not know {command}")

    def _run_guarded(
        self, fence: str, topics: str, read: str, otherwise: int, place: str, seconds: int, *command: Any
    ) -> None:
        *known, newest = self.strings.get(fence, b"none").decode().rsplit(" ", 1)
        if known == [topics]:
            offsets = dict(re.findall(r" (\d+):(\d+)", read))
            partition, offset = newest.split(":")
            if int(offset) >= int(offsets.get(partition, otherwise)):
                return
            if place.startswith(f"{partition}:"):
                place = max(place, newest, key=lambda place: int(place.partition(":")[2]))
        if place:
            self.run(("SET", fence, f"{topics} {place}".encode(), "EX", seconds))
        self.run(command)

    def get(self, key: str) -> bytes | None:
        return self.strings.get(key)

    def fields(self, key: str) -> dict[str, bytes]:
        return self.hashes.get(key, {})

    def ttl(self, key: str) -> int:
        return self.expiries[key]

    def range(self, key: str) -> list[bytes]:
        return self.lists.get(key, [])

    def heard(self) -> list[tuple[str, bytes]]:
        return self.published


class MemoryOutbox(MemoryRedis, Outbox):
    """An outbox that carries out its commands on a dictionary. ``down`` makes it wait, like Redis out of reach."""

    def __init__(self, same_as: MemoryRedis | None = None) -> None:
        super().__init__(same_as)
        self.flushes = 0
        self._slots: OrderedDict[str, tuple[Command, ...]] = OrderedDict()

    @property
    def pending(self) -> int:
        return len(self._slots)

    def put(self, slot: str, *commands: Command) -> None:
        self._slots.pop(slot, None)
        self._slots[slot] = commands

    def discard(self, slot: str) -> None:
        self._slots.pop(slot, None)

    def send(self) -> bool:
        return self.flush()

    def flush(self) -> bool:
        if self.down and self._slots:
            return False
        self.flushes += bool(self._slots)
        for command in [command for commands in self._slots.values() for command in commands]:
            self.run(command)
        self._slots.clear()
        return True

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryDeadLetters(DeadLetters):
    """Keeps dead letters in a list."""

    def __init__(self) -> None:
        self.letters: list[tuple[Record, str]] = []
        self.count = 0

    @property
    def is_waiting(self) -> bool:
        return False

    def publish(self, record: Record, reason: str) -> None:
        self.count += 1
        self.letters.append((record, reason))

    def flush(self, timeout: float) -> bool:
        return True  # nothing ever waits

    def run(self) -> None:
        """Nothing waits on disk."""

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryCatalog(CatalogReader):
    """A published catalog, or none yet."""

    def __init__(self) -> None:
        self.published: PublishedCatalog | None = None
        self.changed: list[ChangedItems] = []
        self.down = False

    def read_changed(self, version: str, since: int) -> ChangedItems | PublishedCatalog | None:
        return next((changed for changed in self.changed if changed.applied > since), None)

    def read_version(self) -> str | None:
        if self.down:
            raise StoreUnavailable("the catalog is out of reach")
        return self.published.version if self.published else None

    def read(self, version: str) -> PublishedCatalog:
        assert self.published is not None
        return self.published


class MemoryStore(StoreReader):
    """The identity of a Redis."""

    def __init__(self, redis: MemoryRedis) -> None:
        self._redis = redis
        self._run = self._flushes = 0
        self._has_id = False

    def read_identity(self) -> tuple[Identity, bool]:
        if self._redis.down:
            raise StoreUnavailable("the store is out of reach")
        is_new, self._has_id = not self._has_id, True
        return (str(self._run), str(self._flushes)), is_new

    def flush(self) -> None:
        self._redis.strings.clear()
        self._redis.hashes.clear()
        self._redis.lists.clear()
        self._has_id = False
        self._flushes += 1

    def restart(self) -> None:
        self._run += 1


class MemoryHeartbeats(HeartbeatStore):
    """Heartbeats in a dictionary that learners share."""

    def __init__(self, heartbeats: dict[str, Heartbeat]) -> None:
        self.heartbeats = heartbeats
        self.down = False

    def exchange(self, name: str, heartbeat: Heartbeat) -> dict[str, Heartbeat]:
        if self.down:
            raise StoreUnavailable("the heartbeats are out of reach")
        found = dict(self.heartbeats)
        self.heartbeats[name] = heartbeat
        return found

    def remove(self, names: Collection[str]) -> None:
        for name in names:
            self.heartbeats.pop(name, None)


class MemoryPublisher:
    """Appends updates to a `MemoryTopic`."""

    def __init__(self, topic: MemoryTopic) -> None:
        self.topic = topic
        self.down = False

    def publish(self, payload: bytes) -> None:
        if not self.down:
            self.topic.append(payload)

    def close(self) -> None:
        """Nothing to let go of."""


class InlineExecutor(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future
