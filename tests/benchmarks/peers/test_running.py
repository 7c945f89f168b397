"""A peer runs for a limited time; one that fails says why, and the others go on."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import running
from benchmarks.peers.commands import PeerFailed, run_within
from benchmarks.peers.environments import PeerEnvironment
from benchmarks.peers.registry import PEERS, Peer
from benchmarks.peers.running import PeerOutcome, read_outcome, run_peer
from benchmarks.peers.split import PeerSplit


@pytest.fixture
def split(tmp_path: Path) -> PeerSplit:
    return PeerSplit(tmp_path, np.array([3, 1], np.int32), np.array([0, 1], np.int32), 2, "0123456789abcdef")


def shell(line: str, seconds: float, log: Path) -> None:
    run_within(["sh", "-c", line], seconds, log, {})


def test_the_reason_is_the_last_line_that_was_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(PeerFailed, match=r"^no wheel$"):
        shell("echo much; echo no wheel >&2; exit 3", 60, log)
    with pytest.raises(PeerFailed, match="exit code 4"):
        shell("exit 4", 60, log)
    with pytest.raises(PeerFailed, match="does not run"):
        run_within([tmp_path / "nothing"], 60, log, {})
    shell("echo fine", 60, log)
    assert log.read_text() == "fine\n"


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(PeerFailed, match=r"not done within 0\.2 s"):
        shell("sh -c 'while :; do sleep 1; done' & wait", 0.2, log)


def test_environments_are_made_once_for_each_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def install(lock: Path, folder: Path, log: Path, seconds: float) -> None:
        folder.mkdir()
        made.append(lock.read_text())

    monkeypatch.setattr("benchmarks.peers.environments.install_packages", install)
    lock = tmp_path / "a.lock"
    lock.write_text("one")
    environment = PeerEnvironment("a", lock)
    places = [environment.prepare(tmp_path / "all", 9) for _ in range(2)]
    lock.write_text("two")
    environment.prepare(tmp_path / "all", 9)
    assert places == [tmp_path / "all" / "a"] * 2
    assert made == ["one", "two"]
    with pytest.raises(PeerFailed, match=r"b\.lock is missing"):
        PeerEnvironment("b", tmp_path / "b.lock").prepare(tmp_path / "all", 9)


def test_an_environment_that_failed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lock: Path, folder: Path, log: Path, seconds: float) -> None:
        folder.mkdir()
        raise PeerFailed("no wheel")

    monkeypatch.setattr("benchmarks.peers.environments.install_packages", fail)
    (tmp_path / "a.lock").write_text("one")
    for _ in range(2):
        with pytest.raises(PeerFailed, match="no wheel"):
            PeerEnvironment("a", tmp_path / "a.lock").prepare(tmp_path / "all", 9)


def test_a_peer_without_its_library_has_a_reason(tmp_path: Path, split: PeerSplit) -> None:
    outcome = run_peer(Peer("als", "ALS", None, "no_such_adapter", "als"), split, tmp_path, 60)
    assert "no_such_adapter" in outcome.reason
    assert not len(outcome.ranks)


def test_an_answer_to_another_number_of_queries_is_none(split: PeerSplit) -> None:
    figures = {"fit_s": 1.0, "answer_ms": 2.0, "peak_mib": 3.0, "note": "", "lists": [[3, 4]]}
    with pytest.raises(PeerFailed, match="1 answers to 2 queries"):
        read_outcome(PEERS[0], split, figures)
    outcome = read_outcome(PEERS[0], split, {**figures, "lists": [[4, 3], []]})
    assert outcome.ranks.tolist() == [2, 0]
    assert (outcome.fit_s, outcome.answer_ms, outcome.peak_mib) == (1.0, 2.0, 3.0)


def test_an_earlier_answer_to_the_same_split_is_kept_on_demand(
    tmp_path: Path, split: PeerSplit, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def write(peer: Peer, split: PeerSplit, answer: Path, folder: Path, seconds: float) -> None:
        runs.append(peer.name)
        figures = {"fit_s": 1.0, "answer_ms": 2.0, "peak_mib": 3.0, "note": "", "ranks": [0, len(runs)]}
        answer.write_text(json.dumps(figures))

    def run(keep: bool) -> PeerOutcome:
        return run_peer(PEERS[1], split, tmp_path, 60, keep=keep)

    monkeypatch.setattr(running, "_run", write)
    assert [run(keep).ranks.tolist() for keep in (False, True, False)] == [[0, 1], [0, 1], [0, 2]]


def test_peers_have_names_of_their_own() -> None:
    assert len({peer.name for peer in PEERS}) == len({peer.title for peer in PEERS}) == len(PEERS)
