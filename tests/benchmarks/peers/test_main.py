"""The command compares what runs, and tells what does not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import benchmarks.peers.__main__ as command
from benchmarks.peers.environments import PeerEnvironment
from benchmarks.peers.registry import PEERS
from infra.errors import CannotRun


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """Return the arguments for a small split, in a folder of its own."""
    for name, visitors, start in (("train", 30, 0), ("test", 8, 90_000)):
        lines = [f"{name}{event // 3},i{event * event % 7},{start + 60 * event}" for event in range(3 * visitors)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["who,item,time", *lines]))
    files = [str(tmp_path / "train.csv"), "--test", str(tmp_path / "test.csv")]
    return [*files, "--columns", "visitor=who", "-k", "3", "--folder", str(tmp_path / "peers")]


def test_a_peer_that_fails_gives_its_reason_and_the_others_go_on(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = PeerEnvironment("nowhere", tmp_path / "nowhere.lock")
    own, stan, _, als, *_ = PEERS
    monkeypatch.setattr(command, "PEERS", (replace(als, environment=nowhere), own, stan))
    files = {name: tmp_path / name for name in ("figures.json", "table.md", "chart.svg")}
    options = ["--json", str(files["figures.json"]), "--table", str(files["table.md"])]
    answer = CliRunner().invoke(
        command.main, [*words, *options, "--chart", str(files["chart.svg"]), "--seconds", "900"]
    )
    assert answer.exit_code == 0, answer.output
    figures = json.loads(files["figures.json"].read_text())
    assert {entry["name"] for entry in figures["peers"]} == {"riverfront", "stan"}
    assert all(0 < entry["hr"] <= 1 and entry["answer_ms_p50"] > 0 for entry in figures["peers"])
    assert [(entry["name"], entry["reason"]) for entry in figures["failed"]] == [
        ("implicit-als", "nowhere.lock is missing")
    ]
    assert "not run: nowhere.lock is missing" in files["table.md"].read_text()
    assert files["chart.svg"].read_text().startswith("<svg")


def test_one_peer_may_be_run_alone(words: list[str], tmp_path: Path) -> None:
    answer = CliRunner().invoke(command.main, [*words, "--only", "vstan", "--json", str(tmp_path / "figures.json")])
    assert answer.exit_code == 0, answer.output
    assert [entry["name"] for entry in json.loads((tmp_path / "figures.json").read_text())["peers"]] == ["vstan"]


def test_without_a_file_that_is_held_out_nothing_runs(words: list[str]) -> None:
    answer = CliRunner().invoke(command.main, [words[0], *words[3:]])
    assert isinstance(answer.exception, CannotRun)
    assert "--test FILE is needed" in str(answer.exception)
