"""How much of Kafka's log the learners have learned."""

from dataclasses import dataclass
from typing import Any

import redis
from kafka import KafkaConsumer, TopicPartition

from connections import kafka_client
from connections.kafka_cluster import KafkaCluster
from connections.redis_client import connect
from consumers.kafka.record import number_of
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus, decode_statuses

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Learned:
    """Events of the log that the learner has passed, of those that it holds, at a time (Unix seconds)."""

    done: int
    total: int
    at: float

    @property
    def is_all(self) -> bool:
        """Whether the learner has reached the end."""
        return self.done >= self.total


def read_statuses(client: redis.Redis) -> tuple[LearnerStatus, ...]:
    """Return what each learner that runs said last, the leading one first."""
    fields: Any = client.hgetall(keyspace.learner_statuses())
    return decode_statuses(fields)


def are_warm(client: redis.Redis, learners: int, since: float) -> bool:
    """Tell whether so many learners that started after ``since`` (Unix seconds) say that their code is loaded.

    Nobody says so where Redis does not answer.
    """
    try:
        statuses = read_statuses(client)
    except redis.RedisError:
        return False
    return sum(status.warm for status in statuses if status.started_at >= since) >= learners


class LearnerProgress:
    """Compares the learners' positions with the ends of the log."""

    def __init__(self, kafka: KafkaCluster, redis_url: str) -> None:
        self._redis = connect(redis_url, ANSWER_SECONDS)
        self._consumer = kafka_client.connect(KafkaConsumer, kafka, group_id=None, enable_auto_commit=False)

    def close(self) -> None:
        """Let go of both servers."""
        self._consumer.close()
        self._redis.close()

    def read(self) -> Learned:
        """Return how far the slowest of the learners is now; nothing done while none says."""
        partitions = {
            TopicPartition(topic.name, partition): number_of(index, partition)
            for index, topic in enumerate(keyspace.EVENT_TOPICS)
            for partition in self._consumer.partitions_for_topic(topic.name) or range(topic.partitions)
        }
        ends = self._consumer.end_offsets(partitions)
        starts = self._consumer.beginning_offsets(partitions)
        total = sum(ends[partition] - starts[partition] for partition in partitions)
        progress = [
            Learned(
                sum(max(0, status.positions.get(str(n), 0) - starts[one]) for one, n in partitions.items()),
                total,
                status.at,
            )
            for status in read_statuses(self._redis)
        ]
        return min(progress, key=lambda learned: learned.done, default=Learned(0, total, 0.0))
