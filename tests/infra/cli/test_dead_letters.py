"""``riverfront dead-letters``, against a real Kafka."""

from pathlib import Path

import msgspec
import pytest

from connections.kafka_cluster import KafkaCluster
from infra.kafka.dead_letters import read_dead_letters
from online_models.schema.events import InvalidEvent, ItemViewed, decode
from tests.infra.conftest import VIEW, Run
from tests.infra.event_tail import EventTail

pytestmark = pytest.mark.integration


def test_dead_letters_are_listed_with_their_reasons(run: Run, parked: list[bytes]) -> None:
    answer = run("dead-letters", "list")
    assert answer.returncode == 0
    assert "an unknown kind" in answer.stdout
    assert "item_viewed" in answer.stdout


def test_dead_letters_are_exported_byte_for_byte(run: Run, parked: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    assert run("dead-letters", "export", str(path)).returncode == 0
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()][-2:]
    assert lines[0]["value"].encode() == VIEW
    assert lines[0]["reason"] == "an unknown kind"
    assert "value_base64" in lines[1]


def test_only_what_can_be_read_is_replayed(run: Run, parked: list[bytes], tail: EventTail, kafka_servers: str) -> None:
    readable = sum(is_readable(letter.value) for letter in read_dead_letters(KafkaCluster(kafka_servers)))
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
