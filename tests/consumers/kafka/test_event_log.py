import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewPartitions, NewTopic

from connections.kafka_cluster import KafkaCluster
from consumers.errors import LogUnavailable
from consumers.kafka.event_log import EventLog
from infra.kafka.access import LEARNER, KafkaAccess
from tests.consumers.event_log_suite import DEADLINE, FURTHER, PARTITIONS, EventLogSuite
from tests.consumers.fakes import MemoryEventLog, MemoryTopic


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


class TestMemoryEventLog(EventLogSuite):
    @pytest.fixture(autouse=True)
    def _topic(self) -> None:
        self.topic = MemoryTopic(PARTITIONS)

    def open(self, group: str = "suite") -> EventLog:
        return MemoryEventLog(self.topic, group)

    def append(self, value: bytes | None, partition: int = 0) -> None:
        self.topic.append(value, partition)

    def add_partition(self) -> None:
        self.topic.add_partition()

    def make_again(self) -> None:
        self.topic.recreate()

    def add_further_topic(self) -> None:
        self.topic.add_impressions()

    def append_further(self, value: bytes) -> None:
        self.topic.append(value, FURTHER)

    def make_further_again(self) -> None:
        self.topic.recreate(topic=1)


@pytest.mark.integration
class TestKafkaEventLog(EventLogSuite):
    @pytest.fixture(autouse=True)
    def _topic(self, kafka_servers: str) -> Iterator[None]:
        self.servers = kafka_servers
        self.topic = f"event-log-{uuid.uuid4().hex[:8]}"
        self.further = f"{self.topic}-further"
        self.opened: list[EventLog] = []
        admin = KafkaAdminClient(bootstrap_servers=kafka_servers)
        admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])
        self.producer = KafkaProducer(bootstrap_servers=kafka_servers)
        yield
        self.producer.close()
        for log in self.opened:
            log.close()
        admin.delete_topics([name for name in (self.topic, self.further) if name in admin.list_topics()])
        admin.close()

    def open(self, group: str = "suite") -> EventLog:
        log = EventLog(KafkaCluster(self.servers), self.topic, f"{self.topic}-{group}", further=(self.further,))
        self.opened.append(log)
        return log

    def append(self, value: bytes | None, partition: int = 0) -> None:
        self.producer.send(self.topic, value, key=b"k", partition=partition).get(timeout=10)

    def add_partition(self) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.servers)) as admin:
            admin.create_partitions({self.topic: NewPartitions(PARTITIONS + 1)})
        self._connect_producer()
        wait_for(lambda: PARTITIONS in self.producer.partitions_for(self.topic))

    def make_again(self) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.servers)) as admin:
            admin.delete_topics([self.topic])
            wait_for(lambda: self.topic not in admin.list_topics())
            admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])
        self._connect_producer()

    def add_further_topic(self) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.servers)) as admin:
            admin.create_topics([NewTopic(self.further, 1, 1)])
            wait_for(lambda: self.further in admin.list_topics())

    def append_further(self, value: bytes) -> None:
        self.producer.send(self.further, value, key=b"k", partition=0).get(timeout=10)

    def make_further_again(self) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.servers)) as admin:
            admin.delete_topics([self.further])
            wait_for(lambda: self.further not in admin.list_topics())
        self.add_further_topic()
        self._connect_producer()

    def _connect_producer(self) -> None:
        self.producer.close()
        self.producer = KafkaProducer(bootstrap_servers=self.servers)

    def test_a_topic_that_is_not_there_yet_is_unavailable(self) -> None:
        log = EventLog(KafkaCluster(self.servers), f"{self.topic}-missing", "suite")
        with pytest.raises(LogUnavailable, match="has no topic"):
            log.poll(0, 1)


def test_no_broker_is_unavailable_and_leaves_no_thread_behind() -> None:
    threads = threading.active_count()
    log = EventLog(KafkaCluster("127.0.0.1:1"), "interactions", "suite")
    with pytest.raises(LogUnavailable, match=r"nothing listens at 127\.0\.0\.1:1"):
        log.poll(0, 1)
    log.close()
    assert threading.active_count() == threads


@pytest.mark.integration
def test_a_password_that_kafka_does_not_take_is_named(kafka_access: KafkaAccess) -> None:
    kafka = replace(kafka_access.cluster(LEARNER), password="a wrong one")
    log = EventLog(kafka, "interactions", "riverfront-learner")
    with pytest.raises(LogUnavailable, match="does not let 'learner' log in by SCRAM-SHA-256") as unavailable:
        log.end_offsets()
    assert "RIVERFRONT_KAFKA_PASSWORD" in str(unavailable.value)
    assert "a wrong one" not in str(unavailable.value)
    log.close()


@pytest.mark.integration
def test_who_logs_in_reads(kafka_access: KafkaAccess) -> None:
    log = EventLog(kafka_access.cluster(LEARNER), "interactions", "riverfront-learner")
    assert log.offsets() == {0: 0}
    log.commit({0: 0}, timeout=20)
    assert log.committed() == {0: 0}
    log.close()
