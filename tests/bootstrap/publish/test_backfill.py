"""Back-filling into a real Kafka: in order, keyed, once."""

from collections.abc import Callable
from itertools import groupby

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.partitioner.default import murmur2

from bootstrap.errors import HistoryFailed
from bootstrap.publish.backfill import HistoryLog
from bootstrap.read.history import events_of, history_digest
from connections.kafka_cluster import KafkaCluster
from online_models.schema.events import AnyEvent, decode
from tests.bootstrap.builders import a_history

pytestmark = pytest.mark.integration

PARTITIONS = 4


class Log:
    """A history log with topics of its own, and what stands in it."""

    def __init__(self, servers: str, events: str, markers: str) -> None:
        self.servers = servers
        self.events = events
        self.history = HistoryLog(KafkaCluster(servers), events_topic=events, markers_topic=markers, batch_events=100)

    def read(self) -> list[tuple[int, bytes, AnyEvent]]:
        consumer = KafkaConsumer(bootstrap_servers=self.servers, enable_auto_commit=False, auto_offset_reset="earliest")
        partitions = [TopicPartition(self.events, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found = []
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            for partition, records in consumer.poll(timeout_ms=200).items():
                found += [(partition.partition, record.key, decode(record.value)) for record in records]
        consumer.close()
        return found


@pytest.fixture
def log(kafka_servers: str, make_topic: Callable[..., str]) -> Log:
    return Log(kafka_servers, make_topic(partitions=PARTITIONS), make_topic(**{"cleanup.policy": "compact"}))


def test_all_events_arrive_keyed_by_visitor_and_in_time_order(log: Log) -> None:
    history = a_history(500, visitors=20)

    done = log.history.backfill(history)

    assert (done.published, done.already) == (500, 0)
    found = log.read()
    assert sorted(event.event_id for _, _, event in found) == [event.event_id for event in events_of(history)]
    assert all(key.decode() == event.visitor for _, key, event in found)
    for _, records in groupby(sorted(found, key=lambda record: record[0]), key=lambda record: record[0]):
        times = [event.occurred_at for _, _, event in records]
        assert times == sorted(times)


def test_visitors_get_the_partitions_that_kafka_would_choose(log: Log) -> None:
    log.history.backfill(a_history(100, visitors=20))

    assert all(partition == (murmur2(key) & 0x7FFFFFFF) % PARTITIONS for partition, key, _ in log.read())


def test_a_second_run_publishes_nothing(log: Log) -> None:
    history = a_history(250)
    log.history.backfill(history)

    done = log.history.backfill(history)

    assert (done.published, done.already) == (0, 250)
    assert len(log.read()) == 250


def test_a_part_is_completed_later_without_repeats(log: Log) -> None:
    history = a_history(250)
    log.history.backfill(history, end=120)

    done = log.history.backfill(history)

    assert (done.published, done.already) == (130, 120)
    assert len({event.event_id for _, _, event in log.read()}) == len(log.read()) == 250


def test_a_run_that_was_stopped_goes_on_where_its_last_batch_ended(log: Log) -> None:
    history = a_history(350)

    def stop_after_two_batches(count: int, seen: list[int] = []) -> None:  # noqa: B006 - counts the calls of one test
        seen.append(count)
        if sum(seen) >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.history.backfill(history, advance=stop_after_two_batches)
    marker = log.history.read_marker(history_digest(history))
    assert marker is not None
    assert marker.end == 200

    done = log.history.backfill(history)

    assert (done.published, done.already) == (150, 200)
    assert len(log.read()) == 350


def test_again_publishes_the_same_events_once_more(log: Log) -> None:
    history = a_history(30)
    log.history.backfill(history)

    assert log.history.backfill(history, again=True).published == 30

    assert len(log.read()) == 60
    assert len({event.event_id for _, _, event in log.read()}) == 30


def test_another_history_goes_beside_the_first(log: Log) -> None:
    log.history.backfill(a_history(30))

    assert log.history.backfill(a_history(40)).published == 40


def test_earlier_events_do_not_follow_later_ones(log: Log) -> None:
    history = a_history(50)
    log.history.backfill(history, first=20)

    with pytest.raises(HistoryFailed, match="from row 20 on"):
        log.history.backfill(history)


def test_missing_topics_are_a_clear_error(kafka_servers: str) -> None:
    with pytest.raises(HistoryFailed, match="has no topic nowhere"):
        HistoryLog(KafkaCluster(kafka_servers), events_topic="nowhere", markers_topic="nowhere").backfill(a_history(1))
