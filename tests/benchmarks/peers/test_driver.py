"""What a peer learns, is told when it is asked, and may answer."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, peak_mib, walk
from benchmarks.peers.adapters.riverfront_hybrid import parse_words
from benchmarks.peers.split import export_split
from infra.evaluate.inputs import read_inputs
from infra.evaluate.run import rules_of
from infra.programs.binaries import ROOT

HEAD = "visitor,item,time,kind\n"
TRAIN = f"{HEAD}ann,a,1,view\nann,b,2,view\nann,c,3,dismissal\n"
TEST = f"{HEAD}ann,a,90001,view\nann,d,90002,view\nbob,b,90003,view\nbob,a,90004,view\n"
A, B, C, D = range(4)


class Listener(PeerModel):
    """Notes what it is told, and always answers with all items in order."""

    def __init__(self) -> None:
        self.learned: list[int] = []
        self.queries: list[PeerQuery] = []
        self.closed = False

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        self.learned = [event.item for event in events]
        return f"{items} items"

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        self.queries.append(PeerQuery(list(query.session_items), list(query.visitor_items), query.at))
        return list(range(4))[:n]

    def close(self) -> None:
        self.closed = True


def split(folder: Path, *more: str) -> Path:
    (folder / "train.csv").write_text(TRAIN)
    (folder / "test.csv").write_text(TEST)
    options = parse_words([str(folder / "train.csv"), "--test", str(folder / "test.csv"), "-k", "2", *more])
    inputs = read_inputs(options)
    assert inputs.test is not None
    (folder / "split").mkdir()
    return export_split(inputs.stream, inputs.test, rules_of(options), folder / "split").folder


def test_it_learns_choices_and_is_asked_with_what_the_visitor_did_so_far(tmp_path: Path) -> None:
    model = Listener()
    figures = walk(model, split(tmp_path), 60)
    assert model.learned == [A, B]
    assert model.closed
    assert model.queries == [
        PeerQuery([A, B], [A, B], 3.0),
        PeerQuery([A], [A, B, A], 90001.0),
        PeerQuery([B], [B], 90003.0),
    ], "a new session has nothing yet, so the one before speaks"
    assert figures["note"] == "4 items"
    assert figures["fit_s"] >= 0
    assert figures["answer_ms"] >= 0
    assert figures["peak_mib"] > 1


@pytest.mark.parametrize(
    ("rules", "lists"),
    [
        ([], [[A, B], [B, C], [A, C]]),
        (["--repeats"], [[A, B], [A, B], [A, B]]),
        (["--exclude-seen"], [[D], [A, C]]),
    ],
)
def test_lists_hold_what_the_rules_leave_in(tmp_path: Path, rules: list[str], lists: list[list[int]]) -> None:
    assert walk(Listener(), split(tmp_path, *rules), 60)["lists"] == lists


def test_a_model_that_fails_is_closed_all_the_same(tmp_path: Path) -> None:
    class Broken(Listener):
        def recommend(self, query: PeerQuery, n: int) -> list[int]:
            raise RuntimeError("no idea")

    model = Broken()
    with pytest.raises(RuntimeError, match="no idea"):
        walk(model, split(tmp_path), 60)
    assert model.closed


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone says it of any process")
def test_the_memory_of_a_child_is_its_own() -> None:
    ballast = bytearray(64 * 2**20)
    command = [sys.executable, "-S", "-c", "print('ready', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert 1 < peak_mib(child.pid) < len(ballast) / 2**20 < peak_mib()
        child.communicate(b"\n")


@pytest.mark.parametrize("adapter", ["implicit_models", "rtrec_models", "recbole_models"])
def test_adapters_need_the_standard_library_and_their_own_alone(tmp_path: Path, adapter: str) -> None:
    (name,) = {"implicit_models": ["als"], "rtrec_models": ["slim"], "recbole_models": ["gru4rec"]}[adapter]
    command = [sys.executable, "-S", "-m", f"benchmarks.peers.adapters.{adapter}", name, str(tmp_path), "answer", "9"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    last = answer.stderr.splitlines()[-1]
    assert last in {f"ModuleNotFoundError: No module named '{library}'" for library in ("implicit", "rtrec", "numpy")}
