"""The containers: brought up as a user would, clicked, and taken down."""

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.ports import free_port
from infra.socket_clicks import click_once
from infra.socket_visitor import SocketVisitor

pytestmark = pytest.mark.compose

ROOT = Path(__file__).parents[2]
PART = Path(__file__).with_name("compose.part.yml")


def compose_works() -> bool:
    commands = (["docker", "info"], ["docker", "compose", "version"])
    try:
        return all(subprocess.run(command, capture_output=True).returncode == 0 for command in commands)
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if not compose_works():
        pytest.skip("no container engine with Compose answers")
    port = free_port()
    project = f"riverfront-test-{uuid.uuid4().hex[:8]}"
    compose = ["docker", "compose", "-p", project, "-f", str(ROOT / "docker-compose.yml"), "-f", str(PART)]
    environment = {**os.environ, "RIVERFRONT_PORT": str(port)}
    try:
        up = subprocess.run(
            [*compose, "up", "--build", "--wait", "--wait-timeout", "300"],
            env=environment,
            capture_output=True,
            text=True,
        )
        if up.returncode:
            logs = subprocess.run([*compose, "logs", "--tail", "40"], env=environment, capture_output=True, text=True)
            pytest.fail(f"{up.stdout}\n{up.stderr}\n{logs.stdout}")
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([*compose, "down", "-v", "--timeout", "20"], env=environment, capture_output=True)


def test_a_click_comes_back_as_a_list(address: str) -> None:
    with SocketVisitor(address) as visitor:
        deadline = time.monotonic() + 120  # the learner first learns the history
        while click_once(visitor, "85123A").push_ms is None:
            assert time.monotonic() < deadline, "no list came"
        clicks = [click_once(visitor, item) for item in ("85123A", "22423", "85099B")]
    assert all(click.push_ms is not None for click in clicks)
    assert len({click.items for click in clicks}) > 1
