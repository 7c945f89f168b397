"""Reading events from real Kafka: the newest ones, each once, and in the order of their partition."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import pytest
from kafka import KafkaProducer

from connections.kafka_cluster import KafkaCluster
from infra.kafka.topics import connect
from infra.programs.ports import LOOPBACK, free_port
from training.errors import OutOfReach
from training.event_reader import Appended, EventReader

pytestmark = pytest.mark.integration

READS = 100


@pytest.fixture
def producer(kafka_servers: str) -> Iterator[KafkaProducer]:
    with closing(KafkaProducer(bootstrap_servers=kafka_servers)) as producer:
        yield producer


def append(producer: KafkaProducer, topic: str, values: Sequence[str], partition: int = 0) -> None:
    for value in values:
        producer.send(topic, value.encode(), partition=partition)
    producer.flush()


def read(reader: EventReader, count: int) -> list[Appended]:
    found: list[Appended] = []
    for _ in range(READS):
        if len(found) >= count:
            break
        found.extend(reader.read(0.5, 1_000))
    return found


def values_of(events: Sequence[Appended], partition: int = 0) -> list[str]:
    return [event.value.decode() for event in events if event.partition == partition and event.value]


def test_it_begins_with_the_newest_of_each_partition(
    kafka_servers: str, make_topic: Callable[..., str], producer: KafkaProducer
) -> None:
    topic = make_topic(partitions=2)
    append(producer, topic, [f"a{number}" for number in range(9)])
    append(producer, topic, ["b0"], partition=1)
    with closing(EventReader(KafkaCluster(kafka_servers), topic, newest=6)) as reader:
        found = read(reader, 4)
        assert (values_of(found), values_of(found, 1)) == (["a6", "a7", "a8"], ["b0"])
        assert reader.offsets == reader.end_offsets() == {0: 9, 1: 1}


def test_what_comes_later_is_read_once(kafka_servers: str, kafka_topic: str, producer: KafkaProducer) -> None:
    with closing(EventReader(KafkaCluster(kafka_servers), kafka_topic)) as reader:
        assert reader.read(0.0, 10) == []
        append(producer, kafka_topic, ["one", "two"])
        assert values_of(read(reader, 2)) == ["one", "two"]
        append(producer, kafka_topic, ["three"])
        assert values_of(read(reader, 1)) == ["three"]


def test_partitions_that_were_added_are_read_from_their_beginning(
    kafka_servers: str, kafka_topic: str, producer: KafkaProducer
) -> None:
    with closing(EventReader(KafkaCluster(kafka_servers), kafka_topic)) as reader:
        append(producer, kafka_topic, ["one"])
        read(reader, 1)
        with closing(connect(KafkaCluster(kafka_servers))) as admin:
            admin.create_partitions({kafka_topic: 2})
        for _ in range(READS):
            if len(reader.end_offsets()) == 2:
                break
        with closing(KafkaProducer(bootstrap_servers=kafka_servers)) as producer_that_knows:
            append(producer_that_knows, kafka_topic, ["other"], partition=1)
        assert values_of(read(reader, 1), 1) == ["other"]
        assert reader.offsets == {0: 1, 1: 1}


def test_without_a_broker_or_the_topic_it_says_so(kafka_servers: str) -> None:
    with pytest.raises(OutOfReach, match="nothing listens"):
        EventReader(KafkaCluster(f"{LOOPBACK}:{free_port()}"), "any").read(0.0, 1)
    with pytest.raises(OutOfReach, match="no topic test-missing yet"):
        EventReader(KafkaCluster(kafka_servers), "test-missing").read(0.0, 1)
