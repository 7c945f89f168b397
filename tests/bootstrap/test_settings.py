"""The environment is read once, and a bad value is named."""

from pathlib import Path

import pytest

from bootstrap.settings import read_settings
from connections.environment import InvalidSetting


def test_the_defaults_are_those_of_a_local_shop() -> None:
    settings = read_settings({})

    assert settings.home == Path("var").resolve()
    assert (settings.kafka, settings.redis) == ("localhost:9092", "redis://localhost:6379/0")


def test_the_environment_is_followed(tmp_path: Path) -> None:
    settings = read_settings(
        {"RIVERFRONT_HOME": str(tmp_path), "RIVERFRONT_KAFKA": "a:1,b:2", "RIVERFRONT_REDIS": "rediss://r:1/2"}
    )

    assert settings.folder == tmp_path / "bootstrap"
    assert (settings.kafka, settings.redis) == ("a:1,b:2", "rediss://r:1/2")


def test_a_bad_address_is_named() -> None:
    with pytest.raises(InvalidSetting, match="RIVERFRONT_REDIS"):
        read_settings({"RIVERFRONT_REDIS": "localhost"})
