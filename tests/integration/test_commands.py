"""Commands that talk to Kafka and Redis, against real ones."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from infra.kafka.dead_letters import read_dead_letters
from infra.kafka.round_trip import measure_round_trip
from infra.kafka.topics import ensure_topics
from online_models.schema.events import InvalidEvent, ItemViewed, VisitorForgotten, decode
from online_models.schema.keyspace import DEAD_LETTERS, INTERACTIONS

pytestmark = pytest.mark.integration

VIEW = b'{"kind":"item_viewed","event_id":"e1","visitor":"v1","occurred_at":1.0,"item":"22423"}'


@pytest.fixture
def run(kafka_servers: str, empty_redis: str, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    ensure_topics(kafka_servers)
    environment = {
        **os.environ,
        "RIVERFRONT_KAFKA": kafka_servers,
        "RIVERFRONT_REDIS": empty_redis,
        "RIVERFRONT_HOME": str(tmp_path),
    }

    def run_command(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "infra", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    return run_command


class Tail:
    """Reads what is appended to the events' topic from now on."""

    def __init__(self, servers: str) -> None:
        ensure_topics(servers)
        self._consumer = KafkaConsumer(bootstrap_servers=servers, group_id=None, enable_auto_commit=False)
        self._consumer.assign([TopicPartition(INTERACTIONS.name, number) for number in range(INTERACTIONS.partitions)])
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


@pytest.fixture
def tail(kafka_servers: str) -> Iterator[Tail]:
    tail = Tail(kafka_servers)
    yield tail
    tail.close()


@pytest.fixture
def parked(kafka_servers: str) -> list[bytes]:
    """Two dead letters: one that can be read by now, and one that cannot."""
    ensure_topics(kafka_servers)
    values = [VIEW, b"\xff not an event"]
    producer = KafkaProducer(bootstrap_servers=kafka_servers)
    for value in values:
        producer.send(DEAD_LETTERS.name, value, headers=[("reason", b"an unknown kind")]).get(timeout=10)
    producer.close()
    return values


def test_forgetting_is_an_event_of_the_visitor(
    run: Callable[..., "subprocess.CompletedProcess[str]"], tail: Tail
) -> None:
    assert run("forget", "v42").returncode == 0
    [(key, value)] = tail.read(1)
    event = decode(value)
    assert isinstance(event, VisitorForgotten)
    assert event.visitor == "v42"
    assert key == b"v42"


def test_dead_letters_are_listed_with_their_reasons(
    run: Callable[..., "subprocess.CompletedProcess[str]"], parked: list[bytes]
) -> None:
    answer = run("dead-letters", "list")
    assert answer.returncode == 0
    assert "an unknown kind" in answer.stdout
    assert "item_viewed" in answer.stdout


def test_dead_letters_are_exported_byte_for_byte(
    run: Callable[..., "subprocess.CompletedProcess[str]"], parked: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "dead.jsonl"
    assert run("dead-letters", "export", str(path)).returncode == 0
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()][-2:]
    assert lines[0]["value"].encode() == VIEW
    assert lines[0]["reason"] == "an unknown kind"
    assert "value_base64" in lines[1]


def test_only_what_can_be_read_is_replayed(
    run: Callable[..., "subprocess.CompletedProcess[str]"], parked: list[bytes], tail: Tail, kafka_servers: str
) -> None:
    readable = sum(is_readable(letter.value) for letter in read_dead_letters(kafka_servers))
    answer = run("dead-letters", "replay")
    assert answer.returncode == 0
    assert f"{readable} sent again" in answer.stdout
    assert all(isinstance(decode(value), ItemViewed) for _, value in tail.read(readable))


def is_readable(value: bytes) -> bool:
    try:
        decode(value)
    except InvalidEvent:
        return False
    return True


def test_status_says_that_no_learner_runs(run: Callable[..., "subprocess.CompletedProcess[str]"]) -> None:
    answer = run("status")
    assert answer.returncode == 1
    assert "does not run" in answer.stdout
    assert "none runs in" in answer.stdout


def test_the_bare_round_trip_is_timed(kafka_servers: str) -> None:
    times = measure_round_trip(kafka_servers, count=20, rate=100)
    assert len(times) == 20
    assert all(0 < one < 10_000 for one in times)


def test_simulated_shoppers_publish_until_they_are_stopped(
    kafka_servers: str, empty_redis: str, tmp_path: Path, tail: Tail
) -> None:
    rows = [
        {"visitor": "c1", "item": item, "kind": "purchase", "order": "o1", "quantity": 1, "price": 100, "at": 1.2e9}
        for item in ("mug", "plate", "lamp")
    ]
    (tmp_path / "bootstrap").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "bootstrap" / "history.parquet")
    environment = {
        **os.environ,
        "RIVERFRONT_KAFKA": kafka_servers,
        "RIVERFRONT_REDIS": empty_redis,
        "RIVERFRONT_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "infra", "simulate", "--rate", "50", "--seed", "1"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as shoppers:
        events = [decode(value) for _, value in tail.read(50, seconds=40)]
        shoppers.terminate()
        assert shoppers.wait(20) == 0
    assert all(event.simulated and event.visitor == "sim-c1" for event in events)
