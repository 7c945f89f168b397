"""How the local stack's broker is set up."""

from pathlib import Path

from infra.kafka.server import new_cluster_id, server_properties


def test_a_cluster_id_is_never_taken_for_an_option() -> None:
    ids = {new_cluster_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_the_broker_listens_on_this_machine_only(tmp_path: Path) -> None:
    settings = dict(line.split("=", 1) for line in server_properties(9092, 9093, tmp_path).splitlines())
    listeners = settings["listeners"].split(",") + settings["advertised.listeners"].split(",")
    assert all("://127.0.0.1:" in listener for listener in listeners)
