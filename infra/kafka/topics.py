"""The topics that the product needs, made where they are missing, and whether a broker is there at all."""

import logging
import time

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from connections import kafka_client
from connections.kafka_cluster import KafkaCluster
from connections.kafka_refusal import does_not_answer
from connections.listening import is_listening
from infra.errors import CannotRun
from online_models.schema.keyspace import INTERACTIONS, TOPICS, Topic

logger = logging.getLogger(__name__)


class NoBroker(CannotRun):
    """No Kafka broker answers at the given servers, or it lets nobody in who comes like this."""


def connect(kafka: KafkaCluster, timeout: float = 10.0) -> KafkaAdminClient:
    """Open an admin client. Raises `NoBroker` if none answers within the timeout, in seconds.

    The client is made once something listens: until then it would leave a socket behind at each of its attempts.
    """
    deadline = time.monotonic() + timeout
    while not is_listening(kafka.servers):
        if time.monotonic() > deadline:
            raise NoBroker(f"No Kafka broker answers at {kafka.servers}.")
        time.sleep(0.05)
    milliseconds = max(1_000, int((deadline - time.monotonic()) * 1_000))
    try:
        return kafka_client.connect(
            KafkaAdminClient, kafka, bootstrap_timeout_ms=milliseconds, request_timeout_ms=milliseconds
        )
    except kafka_client.ClusterRefused as refused:
        raise NoBroker(str(refused)) from refused
    except (KafkaError, OSError) as error:
        raise NoBroker(does_not_answer(kafka)) from error


def ensure_topics(kafka: KafkaCluster, topics: tuple[Topic, ...] = TOPICS) -> tuple[str, ...]:
    """Make the topics that are missing and return their names. Topics that are there are left as they are."""
    admin = connect(kafka)
    try:
        there = set(admin.list_topics())
        missing = [topic for topic in topics if topic.name not in there]
        for topic in missing:
            create_topic(admin, topic)
        return tuple(topic.name for topic in missing)
    finally:
        admin.close()


def create_topic(admin: KafkaAdminClient, topic: Topic) -> None:
    """Make one topic with a single replica and wait until the broker lists it."""
    new = NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=1, topic_configs=topic.config)
    try:
        admin.create_topics([new], timeout_ms=15_000)
    except TopicAlreadyExistsError:
        logger.info("topic %s was made by somebody else meanwhile", topic.name)
    deadline = time.monotonic() + 10
    while topic.name not in admin.list_topics() and time.monotonic() < deadline:
        time.sleep(0.02)


def has_events(kafka: KafkaCluster, topic: str = INTERACTIONS.name) -> bool:
    """Say whether anything was ever appended to a topic."""
    consumer = kafka_client.connect(KafkaConsumer, kafka, group_id=None, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return any(consumer.end_offsets(partitions).values())
    finally:
        consumer.close()
