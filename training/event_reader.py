"""The newest events of the log, and all that come after them, partition by partition."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from connections.listening import LONGEST_BACKOFF_MS, is_listening
from online_models.schema.keyspace import REFIT_GROUP
from training.errors import OutOfReach

_log = logging.getLogger(__name__)

NEWEST = 400_000
"""Events with which a start begins, of all partitions together: more than a window of visits is made of."""

ANSWER_TIMEOUT = 2.0
_CRITICAL = 2


class Appended(NamedTuple):
    """An event as it lies in the log."""

    partition: int
    appended_at: float
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class EventReader:
    """Reads one topic. Every method but `close` raises `OutOfReach` when the log does not answer.

    What is a partition's is read in its order. Of a topic that was made again, it begins again.
    """

    def __init__(self, kafka: KafkaCluster, topic: str, newest: int = NEWEST) -> None:
        self._kafka = kafka
        self._topic = topic
        self._newest = newest
        self._refusals = Refusals(kafka)
        self._consumer: Consumer | None = None
        self._next: dict[int, int] = {}

    @property
    def offsets(self) -> dict[int, int]:
        """The offset of the next event, by partition."""
        return dict(self._next)

    def read(self, timeout: float, most: int) -> Sequence[Appended]:
        """Return the next events, in the order of appending as far as they are there, waiting for the first."""
        consumer = self._connect()
        with _answers():
            messages = consumer.consume(most, timeout)
        events = []
        for message in messages:
            if message.error():
                _log.info("Kafka reports an error for %s: %s", self._topic, message.error())
                continue
            # A message without an error has all of this; the library's types say less.
            found: Any = message
            partition, (_, stamp) = found.partition(), found.timestamp()
            self._next[partition] = found.offset() + 1
            events.append(Appended(partition, stamp / 1000, found.value(), tuple(found.headers() or ())))
        return sorted(events, key=_by_appending)

    def end_offsets(self) -> dict[int, int]:
        """Return the offset that the next event will get, by partition, and read partitions that are new as well."""
        consumer = self._connect()
        ends = {partition: high for partition, (_, high) in self._bounds(consumer).items()}
        gone = [partition for partition, offset in self._next.items() if offset > ends.get(partition, -1)]
        added = dict.fromkeys(ends.keys() - self._next.keys(), 0)
        if gone or added:
            self._next = {**self._next, **added, **dict.fromkeys(gone, 0)}
            self._next = {partition: offset for partition, offset in self._next.items() if partition in ends}
            self._assign(consumer)
        return ends

    def close(self) -> None:
        """Disconnect. A second call does nothing."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaException):
                consumer.close()

    def _connect(self) -> Consumer:
        if self._consumer is not None:
            return self._consumer
        if not is_listening(self._kafka.servers):
            raise OutOfReach(f"cannot reach Kafka: nothing listens at {self._kafka.servers}")
        consumer = Consumer(self._options(), logger=_log)
        try:
            bounds = self._bounds(consumer)
            most = self._newest // max(1, len(bounds))
            if not self._next:
                self._next = {partition: max(low, high - most) for partition, (low, high) in bounds.items()}
            self._assign(consumer)
        except OutOfReach as error:
            consumer.poll(0)  # All that this brings is why brokers refuse the client.
            consumer.close()
            raise OutOfReach(self._refusals.take() or str(error)) from error
        self._consumer = consumer
        _log.info("reading %d partitions of %s from %s", len(bounds), self._topic, self._kafka.servers)
        return consumer

    def _options(self) -> dict[str, Any]:
        return {
            **self._kafka.librdkafka_options(),
            "client.id": "riverfront-refit",
            # It commits nothing: what it has read is lost with it, and read again.
            "group.id": REFIT_GROUP,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": False,
            "fetch.min.bytes": 64 * 1024,
            "fetch.wait.max.ms": 500,
            "max.partition.fetch.bytes": 256 * 1024,
            "queued.max.messages.kbytes": 4_096,
            "reconnect.backoff.max.ms": LONGEST_BACKOFF_MS,
            "log_level": _CRITICAL,
            "error_cb": self._refusals,
        }

    def _assign(self, consumer: Consumer) -> None:
        with _answers():
            consumer.assign([TopicPartition(self._topic, *place) for place in sorted(self._next.items())])

    def _bounds(self, consumer: Consumer) -> dict[int, tuple[int, int]]:
        with _answers():
            topic = consumer.list_topics(self._topic, timeout=ANSWER_TIMEOUT).topics[self._topic]
            if topic.error or not topic.partitions:
                raise OutOfReach(f"Kafka has no topic {self._topic} yet")
            places = {partition: TopicPartition(self._topic, partition) for partition in topic.partitions}
            bounds = {
                partition: consumer.get_watermark_offsets(place, ANSWER_TIMEOUT) for partition, place in places.items()
            }
        if None in bounds.values():
            raise OutOfReach(f"Kafka did not return the offsets of {self._topic} in time")
        return bounds


def _by_appending(event: Appended) -> float:
    return event.appended_at


@contextlib.contextmanager
def _answers() -> Iterator[None]:
    try:
        yield
    except KafkaException as error:
        raise OutOfReach(f"Kafka does not answer: {error}") from error
