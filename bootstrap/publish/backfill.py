"""Back-filling history into Kafka: in time order, keyed by visitor, once.

How far a history has been published is kept in the log itself (topic `HISTORY_MARKERS`), so the marker lives and
dies with the events that it speaks of. A run that was stopped goes on where its last confirmed batch ended.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec
import pandas as pd
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from bootstrap.errors import HistoryFailed
from bootstrap.read.history import events_of, history_digest
from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from connections.listening import is_listening
from online_models.schema.events import encode
from online_models.schema.keyspace import HISTORY_MARKERS, INTERACTIONS

BATCH_EVENTS = 20_000
"""Events in flight at most. Each such batch is confirmed by the brokers and marked before the next is sent."""

BATCH_DEADLINE_S = 60.0
ASK_DEADLINE_S = 15.0
CONNECT_DEADLINE_S = 5.0

_QUIET = {"log_level": 2}
"""What fails is raised. Of what it tries again, librdkafka would write onto the terminal, through the progress bar."""


class HistoryMarker(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one history is in the log: its rows from ``first`` up to ``end`` (exclusive) of ``rows``."""

    digest: str
    first: int
    end: int
    rows: int


@dataclass(frozen=True, slots=True)
class Backfill:
    """A finished back-fill.

    Attributes
    ----------
    published
        Events sent by this run.
    already
        Events that an earlier run had sent.
    seconds
        Time spent sending.
    """

    published: int
    already: int
    seconds: float


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(HistoryMarker)


class HistoryLog:
    """Writes history to Kafka. Clients are made on first use, so that no broker is needed to make one of these."""

    def __init__(
        self,
        kafka: KafkaCluster,
        *,
        events_topic: str = INTERACTIONS.name,
        markers_topic: str = HISTORY_MARKERS.name,
        batch_events: int = BATCH_EVENTS,
    ) -> None:
        self._kafka = kafka
        self._refusals = Refusals(kafka)
        self._events_topic = events_topic
        self._markers_topic = markers_topic
        self._batch_events = batch_events

    def backfill(
        self,
        history: pd.DataFrame,
        *,
        first: int = 0,
        end: int | None = None,
        again: bool = False,
        advance: Callable[[int], None] = lambda _: None,
    ) -> Backfill:
        """Publish the rows from ``first`` to ``end`` that the log does not have yet; all of them if ``again``.

        Raises
        ------
        HistoryFailed
            If Kafka cannot be reached, did not confirm a batch in time, or holds later rows only.
        """
        # Say at once when nobody listens, rather than let a client try for long.
        if not is_listening(self._kafka.servers, CONNECT_DEADLINE_S):
            raise HistoryFailed(
                f"No Kafka broker answers at {self._kafka.servers}. Run again for the history when one does."
            )
        rows = len(history)
        end = rows if end is None else min(end, rows)
        digest = history_digest(history)
        try:
            marker = None if again else self.read_marker(digest)
            start = _first_missing(marker, first, end)
            advance(start - first)
            began = time.monotonic()
            if start < end:
                marked_from = marker.first if marker else first
                self._publish(
                    history, start, end, HistoryMarker(digest=digest, first=marked_from, end=end, rows=rows), advance
                )
            return Backfill(end - start, start - first, time.monotonic() - began)
        except KafkaException as error:
            reason = self._refusals.take() or f"Kafka at {self._kafka.servers} did not take the history: {error}"
            raise HistoryFailed(reason) from error

    def read_marker(self, digest: str) -> HistoryMarker | None:
        """Read how much of a history the log has, or None if nothing."""
        consumer = Consumer(
            {
                **self._kafka.librdkafka_options(),
                "error_cb": self._refusals,
                "group.id": "bootstrap",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                **_QUIET,
            }
        )
        try:
            topics = self._list_topics(consumer)
            for topic in (self._events_topic, self._markers_topic):
                if topic not in topics:
                    raise HistoryFailed(
                        f"Kafka at {self._kafka.servers} has no topic {topic} yet. Make the topics first."
                    )
            consumer.assign([TopicPartition(self._markers_topic, 0, OFFSET_BEGINNING)])
            return _last_marker(consumer, digest)
        finally:
            consumer.close()

    def _list_topics(self, consumer: Consumer) -> set[str]:
        try:
            return set(consumer.list_topics(timeout=ASK_DEADLINE_S).topics)
        except KafkaException:
            # Nothing is assigned yet: all that this brings is why brokers refuse the client.
            consumer.poll(0)
            raise

    def _publish(
        self, history: pd.DataFrame, start: int, end: int, whole: HistoryMarker, advance: Callable[[int], None]
    ) -> None:
        producer = Producer(
            {
                **self._kafka.librdkafka_options(),
                "error_cb": self._refusals,
                "enable.idempotence": True,
                # As Kafka's own clients choose by the key.
                "partitioner": "murmur2_random",
                "compression.type": "gzip",
                "linger.ms": 100,
                "batch.size": 524_288,
                "delivery.timeout.ms": int(BATCH_DEADLINE_S * 1000),
                "request.timeout.ms": 20_000,
                **_QUIET,
            }
        )
        events = islice(events_of(history, start), end - start)
        while batch := list(islice(events, self._batch_events)):
            records = ((self._events_topic, event.visitor.encode(), encode(event)) for event in batch)
            _send(producer, records, len(batch))
            start += len(batch)
            marker = msgspec.structs.replace(whole, end=start)
            _send(producer, iter([(self._markers_topic, whole.digest.encode(), _encoder.encode(marker))]), 1)
            advance(len(batch))


def _send(producer: Producer, records: Iterator[tuple[str, bytes, bytes]], count: int) -> None:
    """Send records, each a topic, a key and a value, and wait until the brokers have them."""
    failures: list[KafkaError] = []
    delivered = 0

    def note(error: KafkaError | None, _: object) -> None:
        nonlocal delivered
        if error is None:
            delivered += 1
        else:
            failures.append(error)

    for topic, key, value in records:
        producer.produce(topic, value, key, on_delivery=note)
    producer.flush(BATCH_DEADLINE_S)
    if delivered < count:
        cause = f", first: {failures[0]}" if failures else ""
        raise HistoryFailed(f"Kafka did not confirm {count - delivered} of {count} events in time{cause}")


def _first_missing(marker: HistoryMarker | None, first: int, end: int) -> int:
    """Return the first row that has to be sent, given what the log has."""
    if marker is None:
        return first
    if first < marker.first:
        raise HistoryFailed(
            f"The log has this history from row {marker.first} on; earlier events would come after later ones. "
            "Start with an empty log, or send all again."
        )
    if first > marker.end:
        raise HistoryFailed(
            f"The log has this history up to row {marker.end}; starting at row {first} would leave a gap. "
            "Start earlier, or send all again."
        )
    return min(max(first, marker.end), end)


def _last_marker(consumer: Consumer, digest: str) -> HistoryMarker | None:
    found: HistoryMarker | None = None
    while (message := consumer.poll(ASK_DEADLINE_S)) is not None:
        error = message.error()
        if error is not None and error.code() == KafkaError._PARTITION_EOF:
            return found
        if error is not None:
            raise KafkaException(error)
        if message.key() == digest.encode():
            found = _decoder.decode(message.value() or b"")
    raise HistoryFailed(f"Kafka did not answer within {ASK_DEADLINE_S:.0f} s")
