"""The containers: brought up as a user would, clicked, and taken down."""

import json
import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

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

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of Compose."""
        return subprocess.run([*self.compose, *words], env=self.environment, capture_output=True, text=True)

    def inside(self, service: str, *words: str) -> str:
        """Run a command in a container, and return what it says."""
        answer = self.run("exec", "-T", service, *words)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def query(self, statement: str) -> str:
        """Ask the database in its container."""
        return self.inside("postgres", "psql", "-U", "riverfront", "-d", "riverfront", "-tAc", statement)

    def containers(self) -> dict[str, dict[str, Any]]:
        """Return what the engine says of each container that runs, by its service."""
        ids = self.run("ps", "-q").stdout.split()
        answer = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in json.loads(answer.stdout)}


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


def test_figures_are_for_who_brings_the_token(shop: Shop) -> None:
    assert requests.get(f"{shop.address}/metrics", timeout=20).status_code == 401
    assert requests.get(f"{shop.address}/ops", timeout=20, allow_redirects=False).status_code == 303
    token = shop.inside("storefront", "cat", "/run/riverfront/metrics/token")
    figures = requests.get(f"{shop.address}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    assert figures.status_code == 200
    for server in ("redis", "kafka", "database"):
        assert f'riverfront_up{{server="{server}"}} 1.0' in figures.text


def test_no_container_has_more_rights_than_it_needs(shop: Shop) -> None:
    containers = shop.containers()
    assert {"kafka", "redis", "postgres", "learner", "monitor", "storefront", "proxy", "shoppers"} <= containers.keys()
    for service, one in containers.items():
        host = one["HostConfig"]
        assert host["ReadonlyRootfs"], service
        assert host["CapDrop"] == ["ALL"], service
        assert not host["CapAdd"], service
        assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"]), service
        assert host["PidsLimit"] > 0, service
        assert host["Memory"] > 0, service
        assert {"max-size", "max-file"} <= host["LogConfig"]["Config"].keys(), service
        assert shop.inside(service, "id", "-u") != "0", service
        assert set(one["NetworkSettings"]["Ports"] or {}) <= {"8000/tcp", "6379/tcp", "5432/tcp", "9092/tcp"}
        published = [port for port, hosts in (one["NetworkSettings"]["Ports"] or {}).items() if hosts]
        assert bool(published) == (service == "proxy"), service


def test_no_server_answers_without_a_password(shop: Shop) -> None:
    assert "NOAUTH" in shop.inside("redis", "redis-cli", "get", "riverfront:catalogue:version")
    wrong = shop.run("exec", "-T", "redis", "redis-cli", "--user", "riverfront", "-a", "demo", "ping")
    assert "WRONGPASS" in wrong.stdout + wrong.stderr
    bare = ["/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "kafka:19092", "--list"]
    topics = shop.run("exec", "-T", "kafka", "timeout", "20", *bare)
    assert topics.returncode != 0
    assert "interactions" not in topics.stdout
    for password in ("demo", ""):
        address = f"postgresql://riverfront:{password}@postgres/riverfront"
        answer = shop.run("exec", "-T", "postgres", "psql", address, "-w", "-c", "SELECT 1")
        assert answer.returncode != 0, password


def test_a_process_that_was_taken_over_does_not_administer_redis(shop: Shop) -> None:
    script = (
        "import redis; r = redis.Redis.from_url(open('/run/riverfront/shop/redis').read().strip());"
        "assert r.ping(); r.config_set('dir', '/tmp')"
    )
    answer = shop.run("exec", "-T", "learner", "python", "-c", script)
    assert answer.returncode != 0
    assert "NoPermission" in answer.stderr


def test_the_servers_reach_nothing_outside(shop: Shop) -> None:
    networks = {service: set(one["NetworkSettings"]["Networks"]) for service, one in shop.containers().items()}
    project = shop.compose[shop.compose.index("-p") + 1]
    for service in ("kafka", "redis", "postgres", "learner", "monitor", "shoppers"):
        assert networks[service] == {f"{project}_back"}, service
    asked = ["docker", "network", "inspect", "-f", "{{.Internal}}", f"{project}_back"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() == "true"


def test_a_shop_for_others_without_its_secrets_is_refused_before_anything_starts(shop: Shop) -> None:
    project = f"{shop.compose[shop.compose.index('-p') + 1]}-bare"
    compose = [project if word == shop.compose[3] else word for word in shop.compose]
    environment = shop.environment | {"RIVERFRONT_DEMO": "0", "RIVERFRONT_PORT": str(free_port())}
    try:
        up = subprocess.run(
            [*compose, "up", "--wait", "--wait-timeout", "120"], env=environment, capture_output=True, text=True
        )
        logs = subprocess.run(
            [*compose, "logs", "--no-log-prefix", "secrets"], env=environment, capture_output=True, text=True
        )
        running = subprocess.run([*compose, "ps", "-q"], env=environment, capture_output=True, text=True)
    finally:
        subprocess.run([*compose, "down", "-v", "--timeout", "20"], env=environment, capture_output=True)
    assert up.returncode != 0
    assert running.stdout.strip() == "", "nothing runs"
    for name in ("REDIS_PASSWORD", "KAFKA_PASSWORD", "POSTGRES_PASSWORD", "RIVERFRONT_SECRET", "RIVERFRONT_TLS"):
        assert f"{name} is not" in logs.stdout + logs.stderr, logs.stdout


def test_a_click_comes_back_as_a_list(shop: Shop) -> None:
    with SocketVisitor(shop.address) as visitor:
        deadline = time.monotonic() + 120  # the learner first learns the history
        while visitor.click_once("85123A").push_ms is None:
            assert time.monotonic() < deadline, "no list came"
        clicks = [visitor.click_once(item) for item in ("85123A", "22423", "85099B")]
    assert all(click.push_ms is not None for click in clicks)
    assert len({click.items for click in clicks}) > 1
