"""Events that could not be read: the learner parks their bytes in a topic of their own, with the reason in a header."""

import base64
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from connections.kafka_client import connect
from connections.kafka_cluster import KafkaCluster
from online_models.schema.events import InvalidEvent
from online_models.schema.keyspace import DEAD_LETTERS, topic_of
from online_models.schema.records.cloud_event import Headers, payload_of
from online_models.schema.records.event_record import read_event

POLL_MS = 1_000
REMEMBERED = 100_000
"""Letters that are recognized when they come again."""


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """One parked event: where it lies, since when (Unix seconds), what was wrong, and its bytes as they came."""

    partition: int
    offset: int
    at: float
    key: bytes | None
    value: bytes
    headers: dict[str, str]

    @property
    def record(self) -> tuple[str | None, ...]:
        """Which record was parked: its topic, partition, offset and time."""
        return tuple(self.headers.get(name) for name in ("topic", "partition", "offset", "appended_at"))

    @property
    def envelope(self) -> Headers:
        """Its headers, which say how to read it where it is a CloudEvent."""
        return [(name, text.encode()) for name, text in self.headers.items()]

    @property
    def reason(self) -> str:
        """What was wrong with it."""
        return self.headers.get("reason", "no reason was given")


def read_dead_letters(kafka: KafkaCluster) -> Iterator[ParkedEvent]:
    """Read all that the topic holds now, oldest first, each record once: a restarted learner parks some again."""
    return each_once(_read_all(kafka))


def each_once(letters: Iterable[ParkedEvent]) -> Iterator[ParkedEvent]:
    """Leave out records that came shortly before."""
    known: OrderedDict[tuple[str | None, ...], None] = OrderedDict()
    for letter in letters:
        if letter.record[2] is None or letter.record not in known:
            yield letter
        known[letter.record] = None
        if len(known) > REMEMBERED:
            known.popitem(last=False)


def _read_all(kafka: KafkaCluster) -> Iterator[ParkedEvent]:
    consumer = connect(KafkaConsumer, kafka, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        partitions = [TopicPartition(DEAD_LETTERS.name, number) for number in range(DEAD_LETTERS.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for partition, records in consumer.poll(POLL_MS).items():
                yield from (letter_of(record) for record in records if record.offset < ends[partition])
    finally:
        consumer.close()


def letter_of(record: ConsumerRecord) -> ParkedEvent:
    """Make a dead letter of a Kafka record."""
    headers = {name: value.decode("utf-8", "replace") for name, value in record.headers or ()}
    at = record.timestamp / 1000
    return ParkedEvent(record.partition, record.offset, at, record.key, record.value or b"", headers)


def to_json(letter: ParkedEvent) -> bytes:
    """Write a dead letter as a line of JSON. Bytes that are not text are written in Base64."""
    line: dict[str, object] = {
        "partition": letter.partition,
        "offset": letter.offset,
        "at": letter.at,
        **letter.headers,
    }
    try:
        line["value"] = letter.value.decode("utf-8")
    except UnicodeDecodeError:
        line["value_base64"] = base64.b64encode(letter.value).decode("ascii")
    return msgspec.json.encode(line)


def replay(kafka: KafkaCluster) -> tuple[int, int]:
    """Send the letters that can be read by now to the learner again. Returns how many were sent, and how many not.

    An event keeps its id, so one that was learned meanwhile is not learned twice.
    """
    sent = unreadable = 0
    producer = connect(KafkaProducer, kafka, acks="all", max_block_ms=10_000)
    try:
        for letter in read_dead_letters(kafka):
            try:
                event = read_event(letter.value, letter.envelope)
            except InvalidEvent:
                unreadable += 1
                continue
            payload = payload_of(letter.value, letter.envelope)
            producer.send(topic_of(event).name, payload, key=event.visitor.encode())
            sent += 1
        producer.flush(timeout=30)
    finally:
        producer.close()
    return sent, unreadable
