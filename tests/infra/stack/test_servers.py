"""Which servers a command talks to."""

from pathlib import Path

import pytest

from connections.environment import DEFAULT_KAFKA, DEFAULT_REDIS
from infra.stack.home import Home, lock_home
from infra.stack.servers import kafka_here, redis_here


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"RIVERFRONT_HOME": str(tmp_path)}


def test_where_nothing_is_said_and_nothing_runs_they_are_the_usual_ones(environment: dict[str, str]) -> None:
    assert kafka_here(environment).servers == DEFAULT_KAFKA
    assert redis_here(environment) == DEFAULT_REDIS


def test_those_of_the_stack_that_runs_here_are_found(environment: dict[str, str], tmp_path: Path) -> None:
    home = Home(tmp_path)
    kafka = home.port("kafka")
    home.write_servers({"redis": "unix://shop:hush@/run/redis.sock"})
    assert redis_here(environment) == DEFAULT_REDIS
    assert kafka_here(environment).servers == DEFAULT_KAFKA, "it ran once, but does not now"
    with lock_home(home):
        assert kafka_here(environment).servers == f"127.0.0.1:{kafka}"
        assert redis_here(environment) == "unix://shop:hush@/run/redis.sock"


def test_what_is_said_comes_first(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"RIVERFRONT_KAFKA": "k1:9,k2:9", "RIVERFRONT_REDIS": "redis://r:1/2"}
    Home(tmp_path).port("kafka")
    with lock_home(Home(tmp_path)):
        assert kafka_here(environment).servers == "k1:9,k2:9"
        assert redis_here(environment) == "redis://r:1/2"


def test_a_stack_that_uses_other_servers_has_no_ports_to_tell(environment: dict[str, str], tmp_path: Path) -> None:
    with lock_home(Home(tmp_path)):
        assert kafka_here(environment).servers == DEFAULT_KAFKA
