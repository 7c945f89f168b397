from pathlib import Path

import pytest

from connections.environment import InvalidSetting
from consumers.settings import ConsumerSettings, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == ConsumerSettings()


def test_each_variable_is_read() -> None:
    settings = read_settings(
        {
            "RIVERFRONT_HOME": "/srv/shop",
            "RIVERFRONT_KAFKA": "one:9092,two:9093",
            "RIVERFRONT_REDIS": "rediss://store:6380/1",
            "RIVERFRONT_LOG_LEVEL": "debug",
            "RIVERFRONT_SNAPSHOT_SECONDS": "5",
            "RIVERFRONT_SNAPSHOT_EVENTS": "1000",
        }
    )
    assert settings.snapshots == Path("/srv/shop/snapshots")
    assert settings.dead_letter_spool == Path("/srv/shop/spool/dead-letters.jsonl")
    assert settings.kafka == "one:9092,two:9093"
    assert settings.redis == "rediss://store:6380/1"
    assert settings.log_level == "DEBUG"
    assert (settings.snapshot_seconds, settings.snapshot_events) == (5, 1000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RIVERFRONT_KAFKA", "localhost"),
        ("RIVERFRONT_KAFKA", "one:9092,two"),
        ("RIVERFRONT_REDIS", "localhost:6379"),
        ("RIVERFRONT_LOG_LEVEL", "loud"),
        ("RIVERFRONT_SNAPSHOT_SECONDS", "often"),
        ("RIVERFRONT_SNAPSHOT_SECONDS", "nan"),
        ("RIVERFRONT_SNAPSHOT_EVENTS", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        read_settings({name: value})
