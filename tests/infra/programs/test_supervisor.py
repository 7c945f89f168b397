"""The supervisor, with real small child processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.programs import reaper
from infra.programs.ports import free_port, listen
from infra.programs.program import NotReady, Program, signal_group
from infra.programs.supervisor import FIRST_DELAY, LONGEST_DELAY, SECOND_DELAY, Stopped, Supervisor

STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"
)
ANSWERING = """
import os, socket
server = socket.socket(fileno={})
print('up', flush=True)
while True:
    with server.accept()[0] as client:
        client.sendall(str(os.getpid()).encode())
"""
PATIENT = "import time\nprint('up', flush=True)\ntime.sleep(600)"


@dataclass
class Diary:
    """A reporter that writes down what it is told."""

    deaths: list[tuple[str, str, float]] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    stops: list[tuple[str, ...]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def died(self, name: str, how: str, last_lines: str, delay: float) -> None:
        self.deaths.append((name, how, delay))
        self.words.append(last_lines)

    def came_back(self, name: str) -> None:
        self.returns.append(name)

    @contextmanager
    def stopping(self, names: tuple[str, ...]) -> Iterator[None]:
        self.stops.append(names)
        yield


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def make_program(tmp_path: Path) -> Callable[..., Program]:
    def make(name: str, code: str = PATIENT, **settings: object) -> Program:
        log = tmp_path / f"{name}.log"
        ready = settings.pop("ready", lambda: log.exists() and "up" in log.read_text())
        return Program(name, (sys.executable, "-S", "-c", code), log, ready=ready, **settings)  # type: ignore[arg-type]  # a test's shorthand

    return make


def wait_for(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)


def watch_until_next_death(supervisor: Supervisor, diary: Diary) -> None:
    died = len(diary.deaths)
    supervisor.wait(lambda: len(diary.deaths) > died, pause=0.02)


def is_gone(pid: int) -> bool:
    return not reaper.is_alive(pid)


def test_started_programs_are_ready(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("a"), make_program("b"))
        assert set(supervisor.pids()) == {"a", "b"}


def test_a_program_that_runs_otherwise_than_asked_ends_the_start(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    def refuse() -> None:
        raise CannotRun("save: asked for '60 1', got ''")

    with Supervisor(diary) as supervisor:
        with pytest.raises(CannotRun):
            supervisor.start(make_program("redis", verify=refuse))
        pid = supervisor.pids()["redis"]
    assert is_gone(pid)


def test_leaving_stops_the_last_started_first(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        for names in (("redis",), ("kafka",), ("learner", "monitor"), ("shop",)):
            supervisor.start(*(make_program(name) for name in names))
        pids = supervisor.pids().values()
    assert diary.stops == [("shop",), ("learner", "monitor"), ("kafka",), ("redis",)]
    assert all(is_gone(pid) for pid in pids)


def test_one_that_does_not_stop_is_killed(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("stubborn", STUBBORN, stop_deadline=0.2))
        pid = supervisor.pids()["stubborn"]
    assert is_gone(pid)


def test_grandchildren_go_too(diary: Diary, make_program: Callable[..., Program], tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-S', '-c', {STUBBORN!r}])\n"
        "print('up', child.pid, flush=True)\ntime.sleep(600)"
    )
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("parent", code))
        log = tmp_path / "parent.log"
        grandchild = int(next(line for line in log.read_text().splitlines() if line.startswith("up ")).split()[1])
    wait_for(lambda: is_gone(grandchild))


def test_a_program_that_ends_while_starting_is_named_with_its_last_words(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    with Supervisor(diary) as supervisor, pytest.raises(NotReady, match=r"(?s)broken ended with exit code 3.*no disk"):
        supervisor.start(make_program("broken", "print('no disk left', flush=True)\nraise SystemExit(3)"))


def test_a_program_that_never_answers_is_given_up(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor, pytest.raises(NotReady, match="mute did not answer"):
        supervisor.start(make_program("mute", ready=lambda: False, start_deadline=0.2))


def test_a_dead_program_is_named_and_started_again(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("learner"))
        first = supervisor.pids()["learner"]
        os.kill(first, signal.SIGKILL)
        supervisor.wait(lambda: diary.returns == ["learner"], pause=0.02)
        assert diary.deaths == [("learner", "signal SIGKILL", FIRST_DELAY)]
        assert "up" in diary.words[0]
        assert supervisor.pids()["learner"] != first


def test_the_end_of_a_program_wakes_who_waits(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("learner"))
        os.kill(supervisor.pids()["learner"], signal.SIGKILL)
        supervisor.wait(lambda: diary.returns == ["learner"], pause=3_600.0)


def test_the_first_start_is_at_once_and_the_delays_grow_up_to_a_bound(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    clock = [0.0]
    with Supervisor(diary, clock=lambda: clock[0]) as supervisor:
        supervisor.start(make_program("crasher"))
        for _ in range(7):
            os.kill(supervisor.pids()["crasher"], signal.SIGKILL)
            watch_until_next_death(supervisor, diary)
            clock[0] += LONGEST_DELAY
            supervisor.watch_once()
    delays = [delay for _, _, delay in diary.deaths]
    assert delays == [0, 0.5, 1, 2, 3, 3, 3]


def test_one_that_ran_long_enough_is_forgiven(diary: Diary, make_program: Callable[..., Program]) -> None:
    clock = [0.0]
    with Supervisor(diary, clock=lambda: clock[0]) as supervisor:
        supervisor.start(make_program("steady"))
        for pause in (1.0, 1.0, 60.0):
            clock[0] += pause
            os.kill(supervisor.pids()["steady"], signal.SIGKILL)
            watch_until_next_death(supervisor, diary)
            clock[0] += LONGEST_DELAY
            supervisor.watch_once()
    assert [delay for _, _, delay in diary.deaths] == [FIRST_DELAY, SECOND_DELAY, FIRST_DELAY]


PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-S", "-c", sys.argv[1]])
time.sleep(600)
"""
POLITE_CHILD = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("finished", flush=True)))
print("up", flush=True)
time.sleep(600)
"""


def test_children_of_one_that_died_may_finish_beside_the_next_start(
    diary: Diary, make_program: Callable[..., Program], tmp_path: Path
) -> None:
    log = tmp_path / "shop.log"
    with Supervisor(diary) as supervisor:
        program = make_program("shop", PARENT, listener=listen(free_port()))
        supervisor.start(replace(program, argv=(*program.argv, POLITE_CHILD), stop_deadline=60.0))
        os.kill(supervisor.pids()["shop"], signal.SIGKILL)
        supervisor.wait(lambda: "finished" in log.read_text() and diary.returns == ["shop"], pause=0.02)


def test_children_of_one_that_needs_its_port_again_are_killed_before_the_next_start(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    with Supervisor(diary) as supervisor:
        program = make_program("shop", PARENT)
        supervisor.start(replace(program, argv=(*program.argv, STUBBORN)))
        first = supervisor.pids()["shop"]
        os.kill(first, signal.SIGKILL)
        supervisor.wait(lambda: diary.returns == ["shop"])
        wait_for(lambda: not signal_group(first, 0))


def test_children_that_do_not_finish_are_killed_in_the_end(
    diary: Diary, make_program: Callable[..., Program], tmp_path: Path
) -> None:
    with Supervisor(diary) as supervisor:
        program = make_program("shop", PARENT, listener=listen(free_port()))
        supervisor.start(replace(program, argv=(*program.argv, STUBBORN), stop_deadline=0.2))
        first = supervisor.pids()["shop"]
        os.kill(first, signal.SIGKILL)
        supervisor.wait(lambda: bool(diary.returns) and not signal_group(first, 0), pause=0.02)


def test_who_connects_while_a_program_is_away_waits_for_the_next_one(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    address = ("127.0.0.1", free_port())
    listener = listen(address[1])
    code = ANSWERING.format(listener.fileno())
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("shop", code, listener=listener))
        first = supervisor.pids()["shop"]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: is_gone(first))
        with socket.create_connection(address, timeout=15) as client:
            supervisor.wait(lambda: diary.returns == ["shop"])
            assert client.recv(100) == str(supervisor.pids()["shop"]).encode()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=15)


def test_a_stop_while_starting_stops_what_runs(diary: Diary, make_program: Callable[..., Program]) -> None:
    asked = [False]
    with Supervisor(diary, stop_asked=lambda: asked[0]) as supervisor:
        supervisor.start(make_program("redis"))
        pid = supervisor.pids()["redis"]
        asked[0] = True
        with pytest.raises(Stopped):
            supervisor.start(make_program("kafka", ready=lambda: False))
    assert is_gone(pid)


def test_running_to_the_end_gives_the_exit_code(diary: Diary, make_program: Callable[..., Program]) -> None:
    with Supervisor(diary) as supervisor:
        assert supervisor.run(make_program("bootstrap", "raise SystemExit(4)")) == 4


def test_a_log_stays_bounded(make_program: Callable[..., Program], diary: Diary, tmp_path: Path) -> None:
    log = tmp_path / "chatty.log"
    log.write_bytes(b"x" * 6_000_000)
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("chatty"))
    assert log.stat().st_size < 1_000
    assert (tmp_path / "chatty.log.old").stat().st_size == 6_000_000


SUPERVISED = """
import sys
from pathlib import Path
from infra.stack.display import Display
from infra.programs.program import Program
from infra.programs.supervisor import Supervisor

folder = Path(sys.argv[1])
with Supervisor(Display()) as supervisor:
    for name, code in (("polite", sys.argv[2]), ("stubborn", sys.argv[3])):
        log = folder / f"{name}.log"
        argv = (sys.executable, "-S", "-c", code)
        supervisor.start(Program(name, argv, log, ready=lambda: "up" in log.read_text(), stop_deadline=0.5))
    print(*supervisor.pids().values(), flush=True)
    supervisor.watch()
"""


def test_nothing_is_left_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUPERVISED, str(tmp_path), PATIENT, STUBBORN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        pids = [int(word) for word in supervisor.stdout.readline().split()]
        assert len(pids) == 2
        supervisor.kill()
    wait_for(lambda: all(is_gone(pid) for pid in pids))


def test_a_restarted_program_is_another_process_that_is_ready(
    diary: Diary, make_program: Callable[..., Program]
) -> None:
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("one"), make_program("two"))
        before = supervisor.pids()
        supervisor.restart("one")
        after = supervisor.pids()
        assert is_gone(before["one"])
        assert after["one"] != before["one"]
        assert after["two"] == before["two"]
        assert diary.deaths == []


def test_the_others_are_watched_while_one_is_restarted(
    diary: Diary, make_program: Callable[..., Program], tmp_path: Path
) -> None:
    with Supervisor(diary) as supervisor:
        other = make_program("other")
        one = make_program("one", ready=lambda: "one" not in supervisor.pids() or "other" in diary.returns)
        supervisor.start(other)
        supervisor.start(make_program("early"))
        diary.returns.append("other")
        supervisor.start(one)
        diary.returns.clear()
        os.kill(supervisor.pids()["other"], signal.SIGKILL)
        supervisor.restart("one")
        assert diary.returns == ["other"]


def test_a_program_that_does_not_come_back_is_named_and_tried_again(
    diary: Diary, make_program: Callable[..., Program], tmp_path: Path
) -> None:
    once = tmp_path / "once"
    code = f"import os, sys, time\nif os.path.exists({str(once)!r}): sys.exit(3)\nopen({str(once)!r}, 'w')\n" + PATIENT
    with Supervisor(diary) as supervisor:
        supervisor.start(make_program("shop", code))
        log = tmp_path / "shop.log"
        log.unlink()
        with pytest.raises(NotReady, match="shop ended with exit code 3"):
            supervisor.restart("shop")
        once.unlink()
        supervisor.wait(lambda: "shop" in diary.returns, pause=0.02)


def test_a_stop_during_a_restart_leaves_nothing_behind(diary: Diary, make_program: Callable[..., Program]) -> None:
    asked = False
    with Supervisor(diary, stop_asked=lambda: asked) as supervisor:
        supervisor.start(make_program("stubborn", STUBBORN, stop_deadline=0.2))
        pid = supervisor.pids()["stubborn"]
        asked = True
        with pytest.raises(Stopped):
            supervisor.restart("stubborn")
    assert is_gone(pid)
