"""``riverfront bootstrap``: the batch's own options, with the topics in place."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient

from bootstrap.command import bootstrap_command
from infra.cli.bootstrap import bootstrap
from infra.kafka.topics import NoBroker
from infra.programs.ports import LOOPBACK, free_port
from online_models.schema.keyspace import TOPICS
from tests.infra.conftest import Run


def environment(home: Path) -> dict[str, str]:
    nowhere = f"{LOOPBACK}:{free_port()}"
    return {
        "RIVERFRONT_HOME": str(home),
        "RIVERFRONT_KAFKA": nowhere,
        "RIVERFRONT_REDIS": f"redis://{nowhere}/0",
    }


def test_its_options_and_help_are_the_batchs_own() -> None:
    assert bootstrap.params == bootstrap_command.params
    assert bootstrap.help == bootstrap_command.help


def test_history_needs_kafka_before_anything_is_read(tmp_path: Path) -> None:
    answer = CliRunner().invoke(bootstrap, ["--catalog", str(tmp_path / "none.csv")], env=environment(tmp_path))
    assert isinstance(answer.exception, NoBroker)


def test_a_catalog_alone_does_not_need_kafka(tmp_path: Path) -> None:
    words = ["--no-history", "--catalog", str(tmp_path / "none.csv")]
    answer = CliRunner().invoke(bootstrap, words, env=environment(tmp_path))
    assert answer.exit_code == 1
    assert "none.csv is not there" in answer.output


@pytest.mark.integration
def test_the_topics_are_there_whatever_becomes_of_the_batch(run: Run, kafka_servers: str, tmp_path: Path) -> None:
    answer = run("bootstrap", "--catalog", str(tmp_path / "none.csv"))
    assert answer.returncode == 1
    assert "none.csv is not there" in answer.stderr
    admin = KafkaAdminClient(bootstrap_servers=kafka_servers)
    assert {topic.name for topic in TOPICS} <= set(admin.list_topics())
    admin.close()
