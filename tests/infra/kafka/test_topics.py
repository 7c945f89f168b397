"""The product's topics, in a real Kafka."""

from collections.abc import Callable

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType

from connections.kafka_cluster import KafkaCluster
from infra.kafka.topics import connect, ensure_topics
from online_models.schema.keyspace import TOPICS

pytestmark = pytest.mark.integration


def test_a_record_goes_through_kafka(kafka_servers: str, kafka_topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka_servers)
    producer.send(kafka_topic, b"hello").get(timeout=10)
    producer.close()
    consumer = KafkaConsumer(
        kafka_topic,
        bootstrap_servers=kafka_servers,
        group_id=None,
        auto_offset_reset="earliest",
        consumer_timeout_ms=10_000,
    )
    assert next(consumer).value == b"hello"
    consumer.close()


def test_topics_are_made_once(kafka_servers: str) -> None:
    ensure_topics(KafkaCluster(kafka_servers))
    assert ensure_topics(KafkaCluster(kafka_servers)) == ()


def test_each_topic_of_the_product_is_made(kafka_servers: str) -> None:
    ensure_topics(KafkaCluster(kafka_servers))
    consumer = KafkaConsumer(bootstrap_servers=kafka_servers, group_id=None)
    try:
        for topic in TOPICS:
            assert len(consumer.partitions_for_topic(topic.name)) == topic.partitions
    finally:
        consumer.close()


def test_topics_of_one_test_do_not_meet(make_topic: Callable[..., str]) -> None:
    assert make_topic() != make_topic()


def test_a_topic_has_the_settings_that_it_must_have(kafka_servers: str) -> None:
    ensure_topics(KafkaCluster(kafka_servers))
    admin = connect(KafkaCluster(kafka_servers))
    try:
        for topic in TOPICS:
            resource = ConfigResource(ConfigResourceType.TOPIC, topic.name)
            told = admin.describe_configs([resource])["topic"][topic.name]
            assert {name: told[name]["value"] for name in topic.config} == topic.config
    finally:
        admin.close()
