"""The reaper, as its supervisor speaks to it: what is left when the words end is stopped."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from infra.programs import reaper

WAITS = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS


class Left:
    """A process that its supervisor left behind."""

    def __init__(self, code: str) -> None:
        command = [sys.executable, "-S", "-c", code]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        assert self.process.stdout
        self.process.stdout.readline()

    @property
    def pid(self) -> int:
        return self.process.pid

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def left() -> Iterator[Left]:
    left = Left(WAITS)
    yield left
    left.close()


@pytest.fixture
def stubborn() -> Iterator[Left]:
    left = Left(STUBBORN)
    yield left
    left.close()


def tell(words: str) -> None:
    """Say these words to a reaper, and leave."""
    subprocess.run([sys.executable, "-I", "-S", reaper.__file__], input=words, text=True, timeout=60, check=True)


def test_what_is_left_is_asked_to_stop(left: Left) -> None:
    tell(f"+{left.pid} 10\n")
    assert not reaper.is_alive(left.pid)


def test_what_does_not_stop_is_killed_after_its_seconds(stubborn: Left) -> None:
    began = time.monotonic()
    tell(f"+{stubborn.pid} 0.3\n")
    assert not reaper.is_alive(stubborn.pid)
    assert time.monotonic() - began >= 0.3


def test_what_has_ended_is_let_alone(left: Left) -> None:
    tell(f"+{left.pid} 10\n-{left.pid}\n")
    assert reaper.is_alive(left.pid)


def test_a_process_that_nobody_knows_is_no_trouble(left: Left) -> None:
    left.process.kill()
    left.process.wait()
    tell(f"+{left.pid} 10\n-1234567\n")
    assert not reaper.is_alive(left.pid)


def test_one_that_waits_to_be_collected_is_not_alive(left: Left) -> None:
    left.process.kill()
    deadline = time.monotonic() + 15
    while reaper.is_alive(left.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not reaper.is_alive(left.pid)
    assert left.process.returncode is None, "nobody has collected it"
