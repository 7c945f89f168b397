"""The local stack as a user runs it: started, disturbed, stopped, started again."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from connections.listening import is_listening
from infra.visitors.socket_visitor import SocketVisitor
from tests.end_to_end.running_stack import UP, RunningStack
from training.packages import ADVICE, are_there

pytestmark = pytest.mark.integration


def are_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=60)[1]


def test_a_stack_lives_through_a_crash_and_a_restart(start: Callable[[], RunningStack], home: Path) -> None:
    stack = start()
    stack.wait_until_up()
    with SocketVisitor(stack.address) as visitor:
        assert visitor.click_once("85123A").push_ms is not None

    second = subprocess.run(
        [sys.executable, "-m", "infra", "up"], env=stack.environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"process {stack.process.pid}, {stack.address}" in second.stderr

    learner = next(child for child in stack.children() if "learn" in child.cmdline())
    learner.kill()
    stack.wait_for(lambda: "Learner was started again" in stack.said())
    with SocketVisitor(stack.address) as visitor:
        stack.wait_for(lambda: visitor.click_once("22423").push_ms is not None)

    children = stack.children()
    assert stack.stop() == 0
    assert are_gone(children)
    assert not is_listening(f"127.0.0.1:{stack.port}")
    stopped = re.findall(r"Stop (\S+)", stack.said())
    assert stopped == ["Storefront", "Learner", "Kafka", "Redis"]

    again = start()
    again.wait_until_up()
    assert "No catalog yet" not in again.said()
    with SocketVisitor(again.address) as visitor:
        assert visitor.click_once("85123A").push_ms is not None

    children = again.children()
    again.process.kill()
    again.process.wait()
    assert are_gone(children), "a killed stack left something running"


@pytest.mark.training
def test_where_tensorflow_is_installed_the_session_network_is_trained_beside_the_shop(
    start: Callable[..., RunningStack],
) -> None:
    if not are_there():
        pytest.skip(ADVICE)
    stack = start(UP)
    stack.wait_until_up()
    assert any("training" in child.cmdline() for child in stack.children())
