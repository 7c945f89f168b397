"""The environment, as the local stack reads it."""

import re
import socket
from pathlib import Path

import pytest

from connections.environment import DEFAULT_PORT
from infra.errors import CannotRun
from infra.stack.local_stack import PortTaken, choose_port
from infra.stack.settings import read_settings


def test_without_variables_everything_has_a_default() -> None:
    settings = read_settings({})
    assert settings.home == Path("var").resolve()
    assert settings.port is None
    assert settings.kafka is None
    assert settings.shoppers_rate == 5.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RIVERFRONT_PORT", "http"),
        ("RIVERFRONT_PORT", "0"),
        ("RIVERFRONT_PORT", "65536"),
        ("RIVERFRONT_SHOPPERS_RATE", "fast"),
        ("RIVERFRONT_SHOPPERS_RATE", "-1"),
        ("RIVERFRONT_SHOPPERS_RATE", "nan"),
        ("RIVERFRONT_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotRun, match=re.escape(name)):
        read_settings({name: value})


def test_a_given_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} .* is in use"):
            choose_port(read_settings({"RIVERFRONT_PORT": str(port)}))


def test_without_a_given_port_the_next_free_one_is_taken() -> None:
    first = choose_port(read_settings({}))
    assert first >= DEFAULT_PORT
    with socket.create_server(("127.0.0.1", first)):
        assert choose_port(read_settings({})) > first
