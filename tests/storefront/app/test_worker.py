"""How a storefront's process ends: by itself, whatever browsers hold open."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests
import websocket
from redis import Redis

from infra.programs.ports import free_port
from tests.storefront.running_shop import DEADLINE, ITEMS, ShopProcess, answers, publish_catalog, wait_until

pytestmark = pytest.mark.integration


SLOW_LOADING = """
import pathlib, sys, time
here = pathlib.Path(__file__).parent
class Waiting:
    def find_spec(name, path=None, target=None):
        if name == "storefront.app.factory":
            (here / "loads").touch()
            while not (here / "may_load").exists():
                time.sleep(0.01)
sys.meta_path.insert(0, Waiting)
"""


@pytest.fixture
def process(empty_redis: str, process_redis_url: str, tmp_path: Path) -> Iterator[ShopProcess]:
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    process = ShopProcess(tmp_path, free_port(), process_redis_url)
    yield process
    process.stop()


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for before the process, which takes over the environment."""
    monkeypatch.setenv("RIVERFRONT_BEHIND_PROXY", "1")


@pytest.fixture
def slow_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file whose coming a worker waits for while it loads the application."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_LOADING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "may_load"


def test_whoever_gets_through_to_a_shop_that_starts_finds_its_products(process: ShopProcess) -> None:
    process.launch()

    def first_answer(_: int) -> int:
        while True:
            try:
                return requests.get(f"{process.address}/products/{ITEMS[0]}", timeout=DEADLINE).status_code
            except requests.ConnectionError:
                continue

    with ThreadPoolExecutor(8) as visitors:
        assert set(visitors.map(first_answer, range(8))) == {200}


@pytest.mark.usefixtures("behind_a_proxy")
def test_behind_a_proxy_nobody_waits_for_a_worker_that_is_not_ready(
    slow_loading: Path, request: pytest.FixtureRequest
) -> None:
    process: ShopProcess = request.getfixturevalue("process")
    process.launch()
    wait_until(slow_loading.with_name("loads").exists)
    assert is_refused(process.address)
    slow_loading.touch()
    wait_until(lambda: answers(f"{process.address}/healthz/ready"))


def test_a_shop_ends_by_itself_although_pages_keep_sockets_and_connections_open(process: ShopProcess) -> None:
    process.start()
    connection = HTTPConnection(urlsplit(process.address).netloc)
    connection.request("GET", "/")
    page = connection.getresponse()
    page.read()
    cookie = str(page.headers["Set-Cookie"]).split(";")[0]
    address = f"{process.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    page_socket = websocket.create_connection(address, header=[f"Cookie: {cookie}"])
    page_socket.send("40")
    assert [page_socket.recv()[:1], page_socket.recv()[:2]] == ["0", "40"]

    process.stop()

    log = process.log.read_text()
    assert "Worker exiting" in log, log
    assert "graceful timeout" not in log
    page_socket.close()
    page.close()
    connection.close()


def test_a_worker_whose_master_is_killed_ends_as_if_asked_to(process: ShopProcess) -> None:
    process.start()
    (worker,) = psutil.Process(process.pid).children()

    psutil.Process(process.pid).kill()

    assert not psutil.wait_procs([worker], timeout=60)[1]
    log = process.log.read_text()
    assert "The master is gone" in log, log
    assert "Worker exiting" in log


@pytest.mark.usefixtures("behind_a_proxy")
def test_behind_a_proxy_a_storefront_ends_with_its_worker(process: ShopProcess) -> None:
    process.start()

    psutil.Process(process.pid).children()[0].kill()

    # Nothing listens any more, so that the proxy goes to the next one.
    wait_until(lambda: is_refused(process.address))
    wait_until(lambda: "Shutting down: Master" in process.log.read_text())
    assert "Traceback" not in process.log.read_text()


def is_refused(address: str) -> bool:
    with socket.socket() as connection:
        netloc = urlsplit(address)
        return connection.connect_ex((netloc.hostname, netloc.port)) != 0
