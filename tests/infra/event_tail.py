"""What is appended to the events' topics from now on."""

import time

from kafka import KafkaConsumer, TopicPartition

from connections.kafka_cluster import KafkaCluster
from infra.kafka.topics import ensure_topics
from online_models.schema.keyspace import EVENT_TOPICS


class EventTail:
    """Reads what is appended to the events' topics from now on."""

    def __init__(self, servers: str) -> None:
        ensure_topics(KafkaCluster(servers))
        self._consumer = KafkaConsumer(bootstrap_servers=servers, group_id=None, enable_auto_commit=False)
        self._consumer.assign(
            [TopicPartition(topic.name, number) for topic in EVENT_TOPICS for number in range(topic.partitions)]
        )
        self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            self._consumer.position(partition)

    def read(self, count: int, seconds: float = 20.0) -> list[tuple[bytes, bytes]]:
        """Return at least ``count`` pairs of key and value."""
        found: list[tuple[bytes, bytes]] = []
        deadline = time.monotonic() + seconds
        while len(found) < count:
            assert time.monotonic() < deadline, f"only {len(found)} of {count} records came"
            for records in self._consumer.poll(timeout_ms=200).values():
                found.extend((record.key, record.value) for record in records)
        return found

    def close(self) -> None:
        self._consumer.close()
