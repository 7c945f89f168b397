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


def storefront_of(stack: RunningStack) -> psutil.Process:
    """Return gunicorn's master, whose child is the worker that answers."""
    (master,) = (
        child for child in psutil.Process(stack.process.pid).children() if child.cmdline()[-2:] == ["-m", "storefront"]
    )
    return master


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
    (worker,) = storefront_of(stack).children()
    kill(worker)
    assert "data-item" in visitor.get("/")

    master = storefront_of(stack)
    (worker,) = master.children()
    kill(master)
    assert "data-item" in visitor.get("/")
    psutil.wait_procs([worker], timeout=60)
    assert not worker.is_running()
    assert "data-item" in visitor.get("/")
    stack.wait_for(lambda: "Storefront was started again" in stack.said())

    children = stack.children()
    assert stack.stop() == 0
    assert not psutil.wait_procs(children, timeout=60)[1]
