"""Signals go to processes of the stack alone, and none that it ever had is forgotten."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from infra.chaos.pulls import Action, Pull, Role
from infra.chaos.targets import Targets

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def storefront() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process with a child, and the child's id."""
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = psutil.Process(int(process.stdout.readline()))
    yield process, child.pid
    for one in (process, child):
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    process.communicate(timeout=10)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited too long"


def a_pull(role: Role, action: Action = "kill") -> Pull:
    return Pull(0.0, role, 0, action)


def test_a_worker_is_the_child_of_a_storefront(storefront: tuple[subprocess.Popen[str], int]) -> None:
    process, child = storefront
    targets = Targets(lambda: {"Storefront": process.pid, "Learner": 1})
    assert (targets.find("storefront"), targets.find("worker")) == ([process.pid], [child])
    assert targets.pull(a_pull("worker")) == child
    process.wait(10)


def test_a_role_that_has_no_process_is_left_alone() -> None:
    assert Targets(dict).pull(a_pull("kafka")) is None


def test_what_is_frozen_goes_on_when_told(storefront: tuple[subprocess.Popen[str], int]) -> None:
    process, child = storefront
    targets = Targets(lambda: {"Storefront 1": process.pid})
    targets.pull(a_pull("worker", "freeze"))
    wait_until(lambda: psutil.Process(child).status() == psutil.STATUS_STOPPED)
    targets.thaw_all()
    assert targets.frozen == []
    wait_until(lambda: psutil.Process(child).status() != psutil.STATUS_STOPPED)


def test_a_child_that_outlives_its_parent_is_an_orphan(storefront: tuple[subprocess.Popen[str], int]) -> None:
    process, child = storefront
    targets = Targets(lambda: {"Storefront": process.pid})
    targets.look()
    process.kill()
    process.wait(10)
    assert targets.orphans() == [child]
