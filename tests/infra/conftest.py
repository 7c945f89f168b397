"""Commands as users call them, with real servers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer

from connections.kafka_cluster import KafkaCluster
from infra.kafka.topics import ensure_topics
from online_models.schema.keyspace import DEAD_LETTERS
from tests.infra.event_tail import EventTail

Run = Callable[..., "subprocess.CompletedProcess[str]"]

VIEW = b'{"kind":"item_viewed","event_id":"e1","visitor":"v1","occurred_at":1.0,"item":"22423"}'


@pytest.fixture
def run(kafka_servers: str, empty_redis: str, tmp_path: Path) -> Run:
    ensure_topics(KafkaCluster(kafka_servers))
    environment = {
        **os.environ,
        "RIVERFRONT_KAFKA": kafka_servers,
        "RIVERFRONT_REDIS": empty_redis,
        "RIVERFRONT_HOME": str(tmp_path),
    }

    def run_command(*words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "infra", *words]
        return subprocess.run(command, env=environment | changes, capture_output=True, text=True, timeout=60)

    return run_command


@pytest.fixture
def tail(kafka_servers: str) -> Iterator[EventTail]:
    tail = EventTail(kafka_servers)
    yield tail
    tail.close()


@pytest.fixture
def parked(kafka_servers: str) -> list[bytes]:
    """Two dead letters: one that can be read by now, and one that cannot."""
    ensure_topics(KafkaCluster(kafka_servers))
    values = [VIEW, b"\xff not an event"]
    producer = KafkaProducer(bootstrap_servers=kafka_servers)
    for value in values:
        producer.send(DEAD_LETTERS.name, value, headers=[("reason", b"an unknown kind")]).get(timeout=10)
    producer.close()
    return values
