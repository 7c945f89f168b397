"""The event log in Kafka. Every process reads all partitions: group membership decides nothing here.

With Kafka down `poll` returns nothing and the client reconnects by itself; what needs an answer raises
`LogUnavailable`. The connection is made by the first call, so that building one never blocks.
"""

import contextlib
import heapq
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from consumers.errors import LogUnavailable
from consumers.event_log import Positions, Record
from consumers.kafka_connection import connect

_log = logging.getLogger(__name__)

ANSWER_TIMEOUT_MS = 2_000
CONNECT_TIMEOUT_MS = 2_000
# Records of one poll are put in the order of appending across partitions. A small share per partition and fetch
# keeps the partitions of a long back-fill close together in time.
PARTITION_FETCH_BYTES = 256 * 1024

_by_appending = attrgetter("timestamp")


@dataclass(frozen=True, slots=True)
class Fetching:
    """How long the broker may hold records back to hand out many at once. Each fetch costs this side 2 ms of work."""

    min_bytes: int
    max_wait_ms: int


AT_ONCE = Fetching(min_bytes=1, max_wait_ms=500)
IN_BULK = Fetching(min_bytes=64 * 1024, max_wait_ms=100)


class KafkaEventLog:
    """Reads one topic; commits and reads commits under ``group`` without ever joining it."""

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        group: str,
        client_id: str = "riverfront",
        fetching: Fetching = AT_ONCE,
    ) -> None:
        self._servers = bootstrap_servers.split(",")
        self._topic = topic
        self._group = group
        self._client_id = client_id
        self._fetching = fetching
        self._consumer: KafkaConsumer | None = None
        self._partitions: tuple[TopicPartition, ...] = ()

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        """Return the next records. A batch that spans partitions is in the order of appending."""
        consumer = self._connect()
        with _answers("read from"):
            fetched = consumer.poll(timeout_ms=int(timeout * 1000), max_records=max_records)
        if not fetched:
            return ()
        records: Iterable[ConsumerRecord]
        if len(fetched) == 1:
            records = next(iter(fetched.values()))
        else:
            # A merge, not a sort: should the broker's clock step back, each partition keeps its order all the same.
            records = heapq.merge(*fetched.values(), key=_by_appending)
        return [
            Record(record.partition, record.offset, record.timestamp / 1000, record.value, tuple(record.headers or ()))
            for record in records
        ]

    def seek(self, positions: Mapping[int, int]) -> None:
        """Read on from these offsets. Offsets of partitions that the topic does not have are ignored."""
        consumer = self._connect()
        for partition in self._partitions:
            offset = positions.get(partition.partition)
            if offset is not None:
                consumer.seek(partition, offset)

    def positions(self) -> Positions:
        """Return the offset of the next record, for every partition."""
        consumer = self._connect()
        with _answers("find the positions in"):
            positions = {p.partition: consumer.position(p, timeout_ms=ANSWER_TIMEOUT_MS) for p in self._partitions}
        unknown = [partition for partition, offset in positions.items() if offset is None]
        if unknown:
            raise LogUnavailable(f"Kafka did not say where partitions {unknown} of {self._topic} start")
        return positions

    def beginning_offsets(self) -> Positions:
        """Return the offset of the oldest record that is still kept, for every partition."""
        return self._offsets(self._connect().beginning_offsets)

    def end_offsets(self) -> Positions:
        """Return the offset that the next appended record will get, for every partition."""
        return self._offsets(self._connect().end_offsets)

    def commit(self, positions: Mapping[int, int], timeout: float = 0.0) -> None:
        """Send the offsets. One that fails unheard, without a ``timeout``, is made up for by the next."""
        consumer = self._connect()
        offsets = {TopicPartition(self._topic, p): OffsetAndMetadata(offset) for p, offset in positions.items()}
        with _answers("commit to"):
            if timeout:
                consumer.commit(offsets, timeout_ms=int(timeout * 1000))
            else:
                consumer.commit_async(offsets, callback=_note_failed_commit)

    def committed(self) -> Positions:
        """Return what the group committed last; partitions without a commit are left out."""
        consumer = self._connect()
        with _answers("read the commits of"):
            offsets = {p.partition: consumer.committed(p, timeout_ms=ANSWER_TIMEOUT_MS) for p in self._partitions}
        return {partition: offset for partition, offset in offsets.items() if offset is not None and offset >= 0}

    def close(self) -> None:
        """Let go of the connection. A second call does nothing."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError):
                consumer.close(autocommit=False, timeout_ms=1000)

    def _offsets(self, ask: Callable[..., dict[TopicPartition, int]]) -> Positions:
        with _answers("read the offsets of"):
            answer = ask(list(self._partitions), timeout_ms=ANSWER_TIMEOUT_MS)
        return {partition.partition: offset for partition, offset in answer.items()}

    def _connect(self) -> KafkaConsumer:
        if self._consumer is not None:
            return self._consumer
        with _answers("reach"):
            consumer: KafkaConsumer = connect(
                KafkaConsumer,
                bootstrap_servers=self._servers,
                client_id=self._client_id,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                fetch_min_bytes=self._fetching.min_bytes,
                fetch_max_wait_ms=self._fetching.max_wait_ms,
                max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
                reconnect_backoff_max_ms=1_000,
                bootstrap_timeout_ms=CONNECT_TIMEOUT_MS,
            )
        try:
            self._partitions = self._assign(consumer)
        except BaseException:
            consumer.close(autocommit=False, timeout_ms=1000)
            raise
        self._consumer = consumer
        _log.info("reading %d partitions of %s from %s", len(self._partitions), self._topic, ",".join(self._servers))
        return consumer

    def _assign(self, consumer: KafkaConsumer) -> tuple[TopicPartition, ...]:
        with _answers("find the partitions of"):
            numbers = consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise LogUnavailable(f"Kafka has no topic {self._topic} yet")
        partitions = tuple(TopicPartition(self._topic, number) for number in sorted(numbers))
        consumer.assign(list(partitions))
        # Without this the consumer would start from the group's commit, which is not what the models learned.
        consumer.seek_to_beginning()
        return partitions


@contextlib.contextmanager
def _answers(what: str) -> Iterator[None]:
    try:
        yield
    except KafkaError as error:
        raise LogUnavailable(f"cannot {what} Kafka: {error}") from error


def _note_failed_commit(_offsets: Any, response: Any) -> None:
    if isinstance(response, Exception):
        _log.info("a commit failed; the next one makes up for it: %s", response)
