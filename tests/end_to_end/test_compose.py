"""The containers: brought up as a user would, clicked, and taken down."""

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from infra.programs.ports import free_port
from infra.visitors.socket_visitor import SocketVisitor

pytestmark = pytest.mark.compose

ROOT = Path(__file__).parents[2]
PART = Path(__file__).with_name("compose.part.yml")


def compose_works() -> bool:
    commands = (["docker", "info"], ["docker", "compose", "version"])
    try:
        return all(subprocess.run(command, capture_output=True).returncode == 0 for command in commands)
    except FileNotFoundError:
        return False


class Shop(NamedTuple):
    """The running containers."""

    address: str
    compose: list[str]
    environment: dict[str, str]

    def query(self, statement: str) -> str:
        """Ask the database in its container."""
        ask = ["exec", "-T", "postgres", "psql", "-U", "riverfront", "-d", "riverfront", "-tAc", statement]
        answer = subprocess.run([*self.compose, *ask], env=self.environment, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
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
        yield Shop(f"http://127.0.0.1:{port}", compose, environment)
    finally:
        subprocess.run([*compose, "down", "-v", "--timeout", "20"], env=environment, capture_output=True)


def test_an_account_that_is_made_here_lands_in_postgresql(shop: Shop) -> None:
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    with requests.Session() as browser:
        browser.headers["Origin"] = shop.address
        page = browser.get(f"{shop.address}/account/sign-up", timeout=20).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page
        fields = {"token": token[1], "name": "Ada", "email": email, "password": "a lantern on the quay"}
        answer = browser.post(f"{shop.address}/account/sign-up", data=fields, timeout=20, allow_redirects=False)
        assert answer.status_code == 303, answer.text
    assert shop.query(f"SELECT name, role FROM accounts WHERE email_key = '{email}'") == "Ada|shopper"
    assert shop.query(f"SELECT password_hash LIKE '$argon2id$%' FROM accounts WHERE email_key = '{email}'") == "t"


def test_prometheus_can_read_the_figures_of_the_demo(shop: Shop) -> None:
    figures = requests.get(f"{shop.address}/metrics", timeout=20)
    assert figures.status_code == 200
    for server in ("redis", "kafka", "database"):
        assert f'riverfront_up{{server="{server}"}} 1.0' in figures.text


def test_a_click_comes_back_as_a_list(shop: Shop) -> None:
    with SocketVisitor(shop.address) as visitor:
        deadline = time.monotonic() + 120  # the learner first learns the history
        while visitor.click_once("85123A").push_ms is None:
            assert time.monotonic() < deadline, "no list came"
        clicks = [visitor.click_once(item) for item in ("85123A", "22423", "85099B")]
    assert all(click.push_ms is not None for click in clicks)
    assert len({click.items for click in clicks}) > 1
