"""Consumers as they run in production, and what they have around them: real Kafka, real Redis."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import redis
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from connections.kafka_cluster import KafkaCluster
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, VisitorId, encode
from online_models.schema.messages import PUSH_CHANNEL, LearnerStatus, decode_statuses
from online_models.schema.product import encode_product
from tests.consumers.builders import a_product, a_view

DEADLINE = 240.0

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None]) -> Found:
    deadline = time.monotonic() + DEADLINE
    while (found := look()) is None:
        assert time.monotonic() < deadline, "waited too long"
    return found


class Shop:
    """What a learner has around it: a log to write into, a store to look into, a channel to listen on."""

    def __init__(self, kafka_servers: str, redis_url: str, home: Path, process_redis_url: str) -> None:
        self.environment = {
            **os.environ,
            "RIVERFRONT_HOME": str(home),
            "RIVERFRONT_KAFKA": kafka_servers,
            "RIVERFRONT_REDIS": process_redis_url,
        }
        self.home = home
        self.kafka = KafkaCluster(kafka_servers)
        self.store: Any = _untyped(redis.Redis.from_url(redis_url))
        self.channel = self.store.pubsub(ignore_subscribe_messages=True)
        self.channel.subscribe(PUSH_CHANNEL)
        self.producer = KafkaProducer(bootstrap_servers=kafka_servers)

    def append(self, event: AnyEvent) -> None:
        self.append_bytes(event.visitor, encode(event))

    def append_bytes(self, visitor: str, value: bytes) -> None:
        self.producer.send(keyspace.INTERACTIONS.name, value, key=visitor.encode()).get(timeout=10)

    def write_item(self, item: str, value: bytes | None) -> None:
        """Write to the topic of the catalog, as the storefront would."""
        self.producer.send(keyspace.CATALOG.name, value, key=item.encode()).get(timeout=10)

    def next_push(self, event: str) -> dict[str, Any] | None:
        message = self.channel.get_message(timeout=0.2)
        pushed: dict[str, Any] = json.loads(message["data"]) if message else {}
        return pushed if pushed.get("event") == event else None

    def answer_to(self, event: AnyEvent) -> dict[str, Any]:
        """Wait for the list that was pushed because of an event. Lists of other tests' visitors are passed over."""
        while event.event_id not in (push := wait_for(lambda: self.next_push("ranking_changed")))["data"][0]["causes"]:
            pass
        return push

    def status(self) -> LearnerStatus | None:
        return next(iter(self.statuses()), None)

    def statuses(self) -> tuple[LearnerStatus, ...]:
        return decode_statuses(self.store.hgetall(keyspace.learner_statuses()))

    def close(self) -> None:
        self.producer.close()
        self.channel.close()
        self.store.close()


def _delete_records(admin: KafkaAdminClient, kafka_servers: str) -> None:
    """Delete what other tests have appended: a learner would learn it, and find it trending."""
    partitions = [
        TopicPartition(topic.name, number) for topic in keyspace.EVENT_TOPICS for number in range(topic.partitions)
    ]
    with closing(KafkaConsumer(bootstrap_servers=kafka_servers)) as consumer:
        ends = consumer.end_offsets(partitions)
    admin.delete_records({partition: end for partition, end in ends.items() if end})


def _untyped(client: Any) -> Any:
    return client  # redis-py is typed in part only


@contextmanager
def open_shop(kafka_servers: str, redis_url: str, home: Path, process_redis_url: str) -> Iterator[Shop]:
    """A shop of thirty products on these servers, without any process, and with nothing in the log."""
    with closing(KafkaAdminClient(bootstrap_servers=kafka_servers)) as admin:
        there = set(admin.list_topics())
        for topic in keyspace.TOPICS:
            if topic.name not in there:
                admin.create_topics([NewTopic(topic.name, topic.partitions, 1, topic_configs=topic.config)])
        _delete_records(admin, kafka_servers)
    with closing(Shop(kafka_servers, redis_url, home, process_redis_url)) as shop:
        shop.store.flushdb()
        for number in range(30):
            product = a_product(f"i{number}")
            shop.store.hset(keyspace.catalog_products("v1"), product.item, encode_product(product))
        # What other tests have written to the compacted topic cannot be deleted.
        with closing(KafkaConsumer(bootstrap_servers=kafka_servers)) as consumer:
            partition = TopicPartition(keyspace.CATALOG.name, 0)
            shop.store.set(keyspace.catalog_applied("v1"), consumer.end_offsets([partition])[partition])
        shop.store.set(keyspace.catalog_version(), "v1")
        yield shop


@contextmanager
def running(shop: Shop, process: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "consumers", process]
    with subprocess.Popen(command, env={**shop.environment, **variables}, stderr=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def stop(child: "subprocess.Popen[str]") -> str:
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=10)
    assert child.returncode == 0, errors
    return errors


def a_visitor() -> VisitorId:
    return VisitorId(f"visitor-{uuid.uuid4().hex[:8]}")


def a_click(visitor: VisitorId, item: str) -> AnyEvent:
    return a_view(visitor, item, at=time.time(), event_id=f"click-{uuid.uuid4().hex}")
