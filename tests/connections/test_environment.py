"""Environment variables in, a frozen struct out, or an error that says what to do."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from msgspec import Meta

from connections.environment import (
    SECRET,
    EnvironmentSettings,
    InvalidSetting,
    KafkaServers,
    LogLevel,
    Port,
    RedisUrl,
    read_environment,
    variables,
)


class Color(StrEnum):
    RED = "red"
    SKY_BLUE = "sky-blue"


class ShedSettings(EnvironmentSettings, frozen=True, kw_only=True):
    port: Port = 8000
    second_port: Port | None = None
    log_level: LogLevel = "INFO"
    open: bool = False
    rate: Annotated[float, Meta(gt=0, le=10, description="a number over 0, up to 10")] = 2.5
    redis: RedisUrl = "redis://localhost:6379/0"
    kafka: KafkaServers = "localhost:9092"
    hosts: tuple[str, ...] = ()
    old: Annotated[tuple[str, ...], Meta(extra=SECRET)] = ()
    home: Path = Path("var")
    color: Color = Color.RED
    token: Annotated[str, Meta(pattern="^t-", description="a token", extra=SECRET)] = ""


def read(**given: str) -> ShedSettings:
    return read_environment(ShedSettings, {f"RIVERFRONT_{name.upper()}": text for name, text in given.items()})


def test_what_is_unset_or_blank_has_its_default() -> None:
    assert read() == read(port="", kafka="  ") == ShedSettings()


def test_each_type_is_read_from_its_text() -> None:
    settings = read(
        port=" 9000 ",
        second_port="9001",
        log_level="debug",
        rate="1e-1",
        redis="rediss://store:6380/1",
        kafka="one:9092,[::1]:9093",
        hosts="shop.example, ,.shop.example",
        old="one, two",
        home="/srv/shop",
        color="Sky-Blue",
        token="t-1",
    )

    assert (settings.port, settings.second_port, settings.log_level, settings.rate) == (9000, 9001, "DEBUG", 0.1)
    assert (settings.redis, settings.kafka) == ("rediss://store:6380/1", "one:9092,[::1]:9093")
    assert settings.hosts == ("shop.example", ".shop.example")
    assert settings.old == ("one", "two")
    assert (settings.home, settings.color, settings.token) == (Path("/srv/shop"), Color.SKY_BLUE, "t-1")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("yes", True), ("on", True), ("0", False), ("no", False)]
)
def test_a_flag_is_said_in_several_ways(text: str, value: bool) -> None:
    assert read(open=text).open is value


def test_a_folder_may_be_below_ones_own() -> None:
    assert read(home="~/shop").home == Path.home() / "shop"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("port", "http", "PORT must be a port from 1 to 65535, not 'http'. Correct it, or leave it unset for 8000."),
        ("port", "0", "PORT must be a port from 1 to 65535, not '0'."),
        ("second_port", "65536", "SECOND_PORT must be a port from 1 to 65535, not '65536'. Correct it, or leave it"),
        ("log_level", "loud", "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not 'loud'."),
        ("open", "perhaps", "OPEN must be 1 or 0, not 'perhaps'. Correct it, or leave it unset."),
        ("rate", "nan", "RATE must be a number over 0, up to 10, not 'nan'."),
        ("redis", "localhost:6379", "REDIS must be a redis://, rediss:// or unix:// URL, not 'localhost:6379'."),
        (
            "kafka",
            "one:9092,two",
            "KAFKA must be host:port, or several of them separated by commas, not",
        ),
        ("color", "green", "COLOR must be red or sky-blue, not 'green'. Correct it, or leave it unset for red."),
    ],
)
def test_an_error_says_which_variable_what_is_wrong_and_what_to_do(name: str, text: str, complaint: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        read(**{name: text})
    assert str(refusal.value).startswith(f"RIVERFRONT_{complaint}")


def test_no_error_shows_a_secret_or_a_password() -> None:
    for given in ({"token": "hunter2"}, {"redis": "mysql://shop:hunter2@db/0"}):
        with pytest.raises(InvalidSetting) as refusal:
            read(**given)
        assert "hunter2" not in str(refusal.value)


def test_settings_that_are_printed_show_no_secret_or_password() -> None:
    shown = repr(read(token="t-hunter2", redis="redis://:hunter2@cache/0"))
    assert "hunter2" not in shown
    assert "redis='redis://***@cache/0'" in shown


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        read().port = 1  # type: ignore[misc]


def test_the_variables_of_a_struct_are_its_fields() -> None:
    assert variables(ShedSettings) >= {"RIVERFRONT_PORT", "RIVERFRONT_SECOND_PORT"}


def test_a_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("redis://:hush@cache/0\n")
    assert read(redis_file=str(tmp_path / "redis")).redis == "redis://:hush@cache/0"
    assert read(redis="redis://own/0", redis_file="/nowhere").redis == "redis://own/0", "what is said comes first"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff", b"x" * 70_000])
def test_a_file_that_holds_no_setting_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "redis"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidSetting, match=f"RIVERFRONT_REDIS_FILE names {path}, which"):
        read(redis_file=str(path))
