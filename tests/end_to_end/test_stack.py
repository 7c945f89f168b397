"""The local stack as a user runs it: started, disturbed, stopped, started again."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from infra.programs.ports import answers, free_port
from infra.visitors.socket_clicks import click_once
from infra.visitors.socket_visitor import SocketVisitor

pytestmark = pytest.mark.integration

UP = """
from infra.stack.local_stack import Options
from infra.cli.run import run
run(Options(bootstrap=("--limit", "3000", "--no-report"), quiet=True), None)
"""


class Stack:
    """A stack in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "RIVERFRONT_HOME": str(home), "RIVERFRONT_PORT": str(self.port)}
        self.output = home.parent / f"output-{self.port}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", UP], env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, condition: Callable[[], bool], seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def wait_until_up(self) -> None:
        self.wait_for(lambda: "Riverfront runs" in self.said())

    def children(self) -> list[psutil.Process]:
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


def are_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=60)[1]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def start(home: Path) -> Iterator[Callable[[], Stack]]:
    stacks: list[Stack] = []

    def start_one() -> Stack:
        stacks.append(Stack(home))
        return stacks[-1]

    yield start_one
    for stack in stacks:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


def test_a_stack_lives_through_a_crash_and_a_restart(start: Callable[[], Stack], home: Path) -> None:
    stack = start()
    stack.wait_until_up()
    with SocketVisitor(stack.address) as visitor:
        assert click_once(visitor, "85123A").push_ms is not None

    second = subprocess.run(
        [sys.executable, "-m", "infra", "up"], env=stack.environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"process {stack.process.pid}, {stack.address}" in second.stderr

    learner = next(child for child in stack.children() if "learn" in child.cmdline())
    learner.kill()
    stack.wait_for(lambda: "Learner was started again" in stack.said())
    with SocketVisitor(stack.address) as visitor:
        stack.wait_for(lambda: click_once(visitor, "22423").push_ms is not None)

    children = stack.children()
    assert stack.stop() == 0
    assert are_gone(children)
    assert not answers(stack.port)
    stopped = re.findall(r"Stop (\S+)", stack.said())
    assert stopped == ["Storefront", "Learner", "Kafka", "Redis"]

    again = start()
    again.wait_until_up()
    assert "No catalogue yet" not in again.said()
    with SocketVisitor(again.address) as visitor:
        assert click_once(visitor, "85123A").push_ms is not None

    children = again.children()
    again.process.kill()
    again.process.wait()
    assert are_gone(children), "a killed stack left something running"
