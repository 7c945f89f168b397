import threading
import uuid
from collections.abc import Iterator

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from consumers.errors import LogUnavailable
from consumers.kafka.event_log import EventLog
from tests.consumers.event_log_suite import PARTITIONS, EventLogSuite
from tests.consumers.fakes import MemoryEventLog, MemoryTopic


class TestMemoryEventLog(EventLogSuite):
    @pytest.fixture(autouse=True)
    def _topic(self) -> None:
        self.topic = MemoryTopic(PARTITIONS)

    def open(self, group: str = "suite") -> EventLog:
        return MemoryEventLog(self.topic, group)

    def append(self, value: bytes | None, partition: int = 0) -> None:
        self.topic.append(value, partition)


@pytest.mark.integration
class TestKafkaEventLog(EventLogSuite):
    @pytest.fixture(autouse=True)
    def _topic(self, kafka_servers: str) -> Iterator[None]:
        self.servers = kafka_servers
        self.topic = f"event-log-{uuid.uuid4().hex[:8]}"
        self.opened: list[EventLog] = []
        admin = KafkaAdminClient(bootstrap_servers=kafka_servers)
        admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])
        self.producer = KafkaProducer(bootstrap_servers=kafka_servers)
        yield
        self.producer.close()
        for log in self.opened:
            log.close()
        admin.delete_topics([self.topic])
        admin.close()

    def open(self, group: str = "suite") -> EventLog:
        log = EventLog(self.servers, self.topic, f"{self.topic}-{group}")
        self.opened.append(log)
        return log

    def append(self, value: bytes | None, partition: int = 0) -> None:
        self.producer.send(self.topic, value, key=b"k", partition=partition).get(timeout=10)

    def test_a_topic_that_is_not_there_yet_is_unavailable(self) -> None:
        log = EventLog(self.servers, f"{self.topic}-missing", "suite")
        with pytest.raises(LogUnavailable, match="has no topic"):
            log.poll(0, 1)


def test_no_broker_is_unavailable_and_leaves_no_thread_behind() -> None:
    threads = threading.active_count()
    log = EventLog("127.0.0.1:1", "interactions", "suite")
    with pytest.raises(LogUnavailable, match=r"nothing listens at 127\.0\.0\.1:1"):
        log.poll(0, 1)
    log.close()
    assert threading.active_count() == threads
