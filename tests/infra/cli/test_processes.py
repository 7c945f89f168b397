"""The product's processes one at a time: they need their servers, and say so."""

import pytest
import redis

from infra.programs.ports import LOOPBACK, free_port
from online_models.schema import keyspace
from tests.infra.conftest import Run

pytestmark = pytest.mark.integration


def test_without_kafka_a_process_does_not_start(run: Run) -> None:
    servers = f"{LOOPBACK}:{free_port()}"
    answer = run("learn", RIVERFRONT_KAFKA=servers)
    assert answer.returncode == 1
    assert f"No Kafka broker answers at {servers}." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_where_a_catalog_is_published_nothing_needs_to_be_prepared(run: Run, empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        client.set(keyspace.catalog_version(), "v1")
    answer = run("prepare", "--limit", "0")
    assert answer.returncode == 0, answer.stderr
    assert "There is a catalog already." in answer.stdout


def test_bootstrap_of_the_command_line_has_the_batchs_options(run: Run) -> None:
    answer = run("bootstrap", "--limit", "0")
    assert answer.returncode == 2
    assert "--limit" in answer.stderr
