"""The product's processes one at a time: they need their servers, and say so."""

from pathlib import Path

import pytest
import redis

from infra.programs.ports import LOOPBACK, free_port
from online_models.schema import keyspace
from tests.infra.conftest import Run

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("command", ["learn", "monitor", "serve", "prepare"])
def test_without_kafka_a_process_does_not_start(run: Run, command: str) -> None:
    servers = f"{LOOPBACK}:{free_port()}"
    answer = run(command, RIVERFRONT_KAFKA=servers)
    assert answer.returncode == 1
    assert f"No Kafka broker answers at {servers}." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_where_a_catalog_is_published_nothing_needs_to_be_prepared(run: Run, empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        client.set(keyspace.catalogue_version(), "v1")
    answer = run("prepare", "--limit", "0")
    assert answer.returncode == 0, answer.stderr
    assert "There is a catalog already." in answer.stdout


def test_what_prepare_is_told_goes_to_the_bootstrap(run: Run, tmp_path: Path) -> None:
    answer = run("prepare", "--catalog", str(tmp_path / "none.csv"))
    assert answer.returncode == 1
    assert "is not there" in answer.stderr


def test_bootstrap_of_the_command_line_has_the_batchs_options(run: Run) -> None:
    answer = run("bootstrap", "--limit", "0")
    assert answer.returncode == 2
    assert "--limit" in answer.stderr
