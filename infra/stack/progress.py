"""How much of Kafka's log the learner has learned."""

from dataclasses import dataclass

import msgspec
import redis
from kafka import KafkaConsumer, TopicPartition

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus

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


def read_status(client: redis.Redis) -> LearnerStatus | None:
    """Return what the learner said last, or None if it is not running."""
    payload = client.get(keyspace.learner_status())
    try:
        return msgspec.json.decode(payload, type=LearnerStatus) if isinstance(payload, bytes) else None
    except msgspec.DecodeError:
        return None


class LearnerProgress:
    """Compares the learner's positions with the ends of the log."""

    def __init__(self, kafka: str, redis_url: str) -> None:
        self._redis = connect(redis_url, ANSWER_SECONDS)
        self._consumer = KafkaConsumer(bootstrap_servers=kafka.split(","), group_id=None, enable_auto_commit=False)

    def close(self) -> None:
        """Let go of both servers."""
        self._consumer.close()
        self._redis.close()

    def read(self) -> Learned:
        """Return how far the learner is now; nothing done while it does not say."""
        topic = keyspace.INTERACTIONS
        numbers = self._consumer.partitions_for_topic(topic.name) or range(topic.partitions)
        partitions = [TopicPartition(topic.name, number) for number in numbers]
        ends = self._consumer.end_offsets(partitions)
        starts = self._consumer.beginning_offsets(partitions)
        status = read_status(self._redis)
        positions = status.positions if status else {}
        done = sum(max(0, positions.get(str(partition.partition), 0) - starts[partition]) for partition in partitions)
        total = sum(ends[partition] - starts[partition] for partition in partitions)
        return Learned(done, total, status.at if status else 0.0)
