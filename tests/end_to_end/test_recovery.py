"""Processes that are killed while the stack runs: they come back, and nobody is turned away meanwhile."""

import re
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from tests.end_to_end.running_stack import RunningStack
from tests.end_to_end.shop_visitor import ShopVisitor

pytestmark = pytest.mark.integration


def wait_for_storefront(stack: RunningStack) -> tuple[psutil.Process, psutil.Process]:
    """Return gunicorn's master and its worker, which answers, as soon as there are both."""

    def found() -> list[tuple[psutil.Process, psutil.Process]]:
        children = psutil.Process(stack.process.pid).children()
        masters = [child for child in children if child.cmdline()[-2:] == ["-m", "storefront"]]
        return [(master, worker) for master in masters for worker in master.children()]

    stack.wait_for(lambda: len(found()) == 1)
    return found()[0]


def kill(process: psutil.Process) -> None:
    process.kill()
    process.wait(60)


def test_no_page_is_refused_while_the_storefront_starts_again(start: Callable[..., RunningStack]) -> None:
    stack = start()
    stack.wait_until_up()
    # Of all processes, each once, by the script behind the figures in the docs.
    command = [sys.executable, "-m", "benchmarks.recovery", "--kills", "1", "--pause", "0"]
    answer = subprocess.run(command, env=stack.environment, capture_output=True, text=True, timeout=900)
    assert answer.returncode == 0, answer.stderr
    assert len(re.findall(r"^\| .+ \| [\d.]+ \| [\d.]+ \|$", answer.stdout, re.M)) == 4
    assert "Pages refused: 0," in answer.stdout

    visitor = ShopVisitor(stack.address)
    _, worker = wait_for_storefront(stack)
    kill(worker)
    assert "data-item" in visitor.get("/")

    master, worker = wait_for_storefront(stack)
    kill(master)
    assert "data-item" in visitor.get("/")
    psutil.wait_procs([worker], timeout=60)
    assert not worker.is_running()
    assert "data-item" in visitor.get("/")
    stack.wait_for(lambda: "Storefront was started again" in stack.said())

    children = stack.children()
    assert stack.stop() == 0
    assert not psutil.wait_procs(children, timeout=60)[1]
