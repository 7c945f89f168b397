"""The log against the learner's last snapshot: what is in the one, was learned once, and made the other."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import CATALOG_PARTITION, Offsets, Record
from consumers.learner.snapshot_store import SnapshotStore
from consumers.redis.catalog_reader import CatalogReader
from infra.errors import CannotRun
from online_models.arrays.state import State
from online_models.hybrid import Hybrid
from online_models.schema.events import AnyEvent, InvalidEvent, ItemId
from online_models.schema.keyspace import LEARNER_TOPICS
from online_models.schema.product import InvalidProduct, decode_product
from online_models.schema.records.event_record import read_event
from online_models.snapshot import SnapshotHeader, encode
from online_models.snapshot import decode as decode_snapshot

FROM_SLATES = "ranker"
"""The part of the state that also follows from the lists that visitors had, which are not in the log."""

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was read back."""

    header: SnapshotHeader
    state: State

    @property
    def twice(self) -> list[str]:
        """Events that were learned more than once, of those that the snapshot remembers."""
        return [event_id for event_id, count in Counter(self.header.recent_events).items() if count > 1]


def read_log(kafka: KafkaCluster) -> list[Record]:
    """Return all records that learners read, in the order of appending.

    Raises
    ------
    CannotRun
        If Kafka does not give them.
    """
    source, *further = (topic.name for topic in LEARNER_TOPICS)
    log = EventLog(kafka, source, "storm", further=further)
    try:
        ends, records = log.end_offsets(), list[Record]()
        while any(log.offsets()[partition] < end for partition, end in ends.items()):
            found = log.poll(ANSWER_SECONDS, 10_000)
            if not found:
                raise CannotRun(f"Kafka gave {len(records)} records and then no more.")
            records.extend(found)
    finally:
        log.close()
    return sorted(records, key=lambda record: record.appended_at)


def events_of(records: Iterable[Record]) -> Iterator[AnyEvent]:
    """Yield the events that can be read."""
    for _, event in _events_with_times(records):
        yield event


def _events_with_times(records: Iterable[Record]) -> Iterator[tuple[float, AnyEvent]]:
    for record in records:
        try:
            if record.partition < CATALOG_PARTITION:
                yield record.appended_at, read_event(record.value, record.headers)
        except InvalidEvent:
            continue


def _items_with_times(records: Iterable[Record]) -> Iterator[tuple[float, ItemId]]:
    for record in records:
        if record.partition >= CATALOG_PARTITION and record.value is not None:
            with suppress(InvalidProduct):
                yield record.appended_at, decode_product(record.value).item


def ends_of(records: Iterable[Record]) -> Offsets:
    """Return the offsets after the last records."""
    ends: Offsets = {}
    for record in records:
        ends[record.partition] = max(record.offset + 1, ends.get(record.partition, 0))
    return ends


def newest_snapshot(folder: Path) -> Snapshot | None:
    """Return the newest snapshot of a learner; None if there is none."""
    for _, payload in SnapshotStore(folder).read_newest_first():
        return Snapshot(*decode_snapshot(payload))
    return None


def is_equal_replayed(snapshot: Snapshot, records: Iterable[Record], redis_url: str) -> bool:
    """Say whether a fresh model that learns the log becomes what the snapshot holds, byte for byte.

    Events are learned in the order in which the learner learned them, as far as the snapshot remembers it, else in the
    order of appending. Left out is what was learned from lists: which lists visitors had is not in the log.
    """
    records = list(records)
    events: dict[str, AnyEvent] = {}
    times: dict[str, float] = {}
    for at, event in _events_with_times(records):
        events.setdefault(event.event_id, event)
        times.setdefault(event.event_id, at)
    items = deque(_items_with_times(records))
    remembered = [event_id for event_id in snapshot.header.recent_events if event_id in events]
    known = set(remembered)
    order = [event_id for event_id in events if event_id not in known] + remembered
    model = Hybrid()
    reader = CatalogReader(redis_url)
    version = reader.read_version()
    if version is not None:
        catalog = reader.read(version)
        model.use_catalog(catalog.products.values(), catalog.neighbors, catalog.added, catalog.gone)
    reader.close()
    for event_id in order:
        while items and items[0][0] < times[event_id]:
            model.number(items.popleft()[1])
        model.learn_one(events[event_id])
    for _, item in items:
        model.number(item)
    return _bytes_of(model.dump()) == _bytes_of(snapshot.state)


def _bytes_of(state: State) -> bytes:
    header = SnapshotHeader(positions={}, saved_at=0.0, product_version="")
    return b"".join(encode({name: part for name, part in state.items() if name != FROM_SLATES}, header))
