"""A snapshot is compared with a replay of the log that it was learned from."""

from pathlib import Path

import pytest
import redis

from consumers.kafka.record import Record
from infra.chaos.replayed_log import ends_of, events_of, is_equal_replayed, newest_snapshot
from online_models.schema.events import encode
from tests.consumers.builders import a_shopping_day
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import Harness


@pytest.fixture
def learned(tmp_path: Path) -> MemoryTopic:
    """A log that a learner without a catalog has learned and saved."""
    topic = MemoryTopic()
    harness = Harness(topic, tmp_path, catalog=None)
    harness.tell(*a_shopping_day(events=60))
    harness.loop.finish()
    return topic


@pytest.mark.integration
def test_the_same_log_makes_the_same_models_and_another_does_not(
    learned: MemoryTopic, tmp_path: Path, empty_redis: str
) -> None:
    snapshot = newest_snapshot(tmp_path)
    assert snapshot is not None
    assert snapshot.twice == []
    assert snapshot.header.positions == ends_of(learned.records)
    assert is_equal_replayed(snapshot, learned.records, empty_redis)
    assert not is_equal_replayed(snapshot, learned.records[:-1], empty_redis)
    redis.Redis.from_url(empty_redis).close()


def test_what_cannot_be_read_is_left_out() -> None:
    events = a_shopping_day(events=2)
    records = [Record(0, offset, 1.0, value) for offset, value in enumerate([b"x", None, *map(encode, events)])]
    assert list(events_of(records)) == events


def test_without_a_folder_there_is_no_snapshot(tmp_path: Path) -> None:
    assert newest_snapshot(tmp_path / "missing") is None
