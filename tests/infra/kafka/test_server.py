"""How the local stack's broker is set up."""

from contextlib import closing
from pathlib import Path

import pytest

from connections.kafka_cluster import KafkaCluster
from infra.errors import CannotRun
from infra.kafka.server import kafka_program, new_cluster_id, read_options, server_options
from infra.kafka.topics import connect
from infra.programs.binaries import find_java
from infra.programs.ports import free_port
from infra.programs.program import Child, require_options


def test_a_cluster_id_is_never_taken_for_an_option() -> None:
    ids = {new_cluster_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_the_broker_listens_on_this_machine_only(tmp_path: Path) -> None:
    options = server_options(9092, 9093, tmp_path)
    listeners = options["listeners"].split(",") + options["advertised.listeners"].split(",")
    assert all("://127.0.0.1:" in listener for listener in listeners)


@pytest.mark.integration
def test_a_broker_tells_its_options(kafka_servers: str) -> None:
    with closing(connect(KafkaCluster(kafka_servers))) as admin:
        got = read_options(admin)
    require_options("Kafka", {"auto.create.topics.enable": "false"}, got)
    with pytest.raises(CannotRun, match=r"auto\.create\.topics\.enable: asked for 'true', got 'false'"):
        require_options("Kafka", {"auto.create.topics.enable": "true"}, got)


@pytest.mark.integration
def test_a_broker_started_here_took_its_options(tmp_path: Path) -> None:
    port, controller_port = free_port(), free_port()
    child = Child(kafka_program(find_java(), port, controller_port, tmp_path, tmp_path / "kafka.log"))
    try:
        child.wait_until_ready()
        asked = server_options(port, controller_port, tmp_path / "log")
        with closing(connect(KafkaCluster(f"127.0.0.1:{port}"))) as admin:
            got = read_options(admin)
        assert {name: got[name] for name in asked} == asked
    finally:
        child.stop()
