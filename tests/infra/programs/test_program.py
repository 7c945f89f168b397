"""One child: how it starts, fails, and stops, with real small processes."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.programs.program import (
    Child,
    NotReady,
    Program,
    describe_exit,
    require_options,
)
from infra.programs.reaper import is_alive

WAITS = "import time; print('up', flush=True); time.sleep(600)"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "child.log"


@pytest.fixture
def start(log: Path) -> Callable[..., Child]:
    def start_child(code: str, **settings: object) -> Child:
        fields: dict[str, object] = {"ready": lambda: "up" in log.read_text(), **settings}
        return Child(Program("Thing", (sys.executable, "-S", "-c", code), log, **fields))  # type: ignore[arg-type]  # a test's shorthand

    return start_child


def test_what_a_child_says_goes_to_its_log(start: Callable[..., Child], log: Path) -> None:
    child = start("import sys; print('out'); print('err', file=sys.stderr); print('up')", ready=lambda: True)
    while child.exit_code() is None:
        time.sleep(0.01)
    assert sorted(log.read_text().split()) == ["err", "out", "up"]
    assert child.stop() == 0


def test_a_child_is_told_its_own_variables_and_ours(start: Callable[..., Child], log: Path) -> None:
    child = start(
        "import os; print(os.environ['OWN'], os.environ['PATH'] != '', 'up', flush=True)", environment={"OWN": "yes"}
    )
    try:
        child.wait_until_ready()
    except NotReady:
        assert log.exists()
    child.stop()
    assert log.read_text().split() == ["yes", "True", "up"]


def test_a_child_that_ends_too_early_is_named_with_its_last_words(start: Callable[..., Child]) -> None:
    child = start("print('no disk'); raise SystemExit(3)", ready=lambda: False)
    with pytest.raises(NotReady, match=r"Thing ended with exit code 3\.\n    no disk"):
        child.wait_until_ready()
    child.stop()


def test_a_child_that_never_answers_is_given_up(start: Callable[..., Child]) -> None:
    child = start(WAITS, ready=lambda: False, start_deadline=0.2)
    with pytest.raises(NotReady, match="Thing did not answer in 0 s"):
        child.wait_until_ready()
    assert child.stop() == -signal.SIGTERM


def test_waiting_ends_when_somebody_gives_up(start: Callable[..., Child]) -> None:
    def give_up() -> None:
        raise KeyboardInterrupt

    child = start(WAITS, ready=lambda: False)
    with pytest.raises(KeyboardInterrupt):
        child.wait_until_ready(give_up)
    child.stop()


def test_what_does_not_listen_is_killed_with_all_it_started(start: Callable[..., Child], log: Path) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, 'up', flush=True)\ntime.sleep(600)"
    )
    child = start(code, stop_deadline=0.2)
    child.wait_until_ready()
    grandchild = int(log.read_text().split()[0])
    assert child.stop() == -signal.SIGKILL
    deadline = time.monotonic() + 15
    while is_alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(grandchild)


def test_stopping_twice_is_fine(start: Callable[..., Child]) -> None:
    child = start(WAITS)
    child.wait_until_ready()
    assert child.stop() == child.stop() == -signal.SIGTERM


def test_an_exit_is_described() -> None:
    assert describe_exit(0) == "exit code 0"
    assert describe_exit(-signal.SIGSEGV) == "signal SIGSEGV"


def test_a_server_that_took_its_options_is_fine() -> None:
    require_options("Redis", {"save": "60 1"}, {"save": "60 1", "hz": "10"})


def test_every_difference_is_named_with_what_was_asked_and_what_is() -> None:
    asked = {"save": "60 1", "port": "6379", "appendfsync": "no"}
    with pytest.raises(CannotRun) as ignored:
        require_options("Redis", asked, {"save": "", "port": "6379"})
    message = str(ignored.value)
    assert message.startswith("Redis ")
    assert "save: asked for '60 1', got ''" in message
    assert "appendfsync: asked for 'no', got None" in message
    assert "port" not in message
