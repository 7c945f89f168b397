"""Which servers a command talks to."""

from pathlib import Path

import pytest

from connections.environment import DEFAULT_KAFKA, DEFAULT_REDIS
from connections.kafka_cluster import KafkaCluster, SaslMechanism, SecurityProtocol
from connections.kafka_settings import environment_of
from infra.stack.home import Home, lock_home
from infra.stack.servers import DATABASE, KAFKA, REDIS, environment_here, kafka_here, note_on_servers, redis_here

OWN = KafkaCluster(
    "127.0.0.1:9", SecurityProtocol.SASL_PLAINTEXT, SaslMechanism.SCRAM_SHA_256, "supervisor", password="hush-kafka"
)
URL, STORE = "unix://shop:hush-redis@/run/redis.sock", "postgresql://shop:hush-postgres@db/shop"
WRITTEN = environment_of(OWN) | {REDIS: URL, DATABASE: STORE}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"RIVERFRONT_HOME": str(tmp_path)}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder whose stack has written down its servers."""
    home = Home(tmp_path)
    home.write_servers(WRITTEN)
    return home


def test_where_nothing_is_said_and_nothing_runs_they_are_the_usual_ones_and_that_is_told(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert kafka_here(environment).servers == DEFAULT_KAFKA
    assert redis_here(environment) == DEFAULT_REDIS
    note = note_on_servers(environment, REDIS, DATABASE)
    assert note == (
        f"No Riverfront runs in {tmp_path} (RIVERFRONT_HOME): trying RIVERFRONT_REDIS={DEFAULT_REDIS} and "
        f"RIVERFRONT_DATABASE={tmp_path}/shop.db."
    )


def test_those_of_the_stack_that_runs_here_are_found_whoever_started_them(
    environment: dict[str, str], home: Home
) -> None:
    assert redis_here(environment) == DEFAULT_REDIS, "it ran once, but does not now"
    with lock_home(home):
        assert kafka_here(environment) == OWN
        assert redis_here(environment) == URL
        assert environment_here(environment)[DATABASE] == STORE
        assert note_on_servers(environment, KAFKA, REDIS, DATABASE) is None


def test_what_is_said_comes_first_server_by_server_and_the_difference_is_told(
    environment: dict[str, str], home: Home
) -> None:
    environment |= {KAFKA: "k1:9,k2:9", REDIS: "redis://:hush@r:1/2"}
    with lock_home(home):
        assert kafka_here(environment) == KafkaCluster("k1:9,k2:9"), "not with the login of another Kafka"
        assert redis_here(environment) == "redis://:hush@r:1/2"
        assert environment_here(environment)[DATABASE] == STORE
        note = note_on_servers(environment, KAFKA, REDIS, DATABASE)
    assert note is not None
    assert "does not use RIVERFRONT_KAFKA=k1:9,k2:9 nor RIVERFRONT_REDIS=redis://***@r:1/2" in note
    assert "hush" not in note
    assert note_on_servers(environment, KAFKA, REDIS) is None, "all that is asked for is said"


def test_a_server_that_is_named_in_a_file_is_said_too(environment: dict[str, str], home: Home, tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("redis://r:1/2")
    environment["RIVERFRONT_REDIS_FILE"] = str(tmp_path / "redis")
    with lock_home(home):
        assert redis_here(environment) == "redis://r:1/2"


def test_an_account_of_a_stack_that_has_ended_is_not_believed(environment: dict[str, str], home: Home) -> None:
    with lock_home(home):
        pass
    assert environment_here(environment) == environment
