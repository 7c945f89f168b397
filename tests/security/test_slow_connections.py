"""Connections that send nothing, half a request, or read nothing take no place from those that ask for a page."""

from collections.abc import Iterator

import pytest

from storefront.app.open_files import allow_connections
from tests.security.flooded_shop import FloodedShop, a_shop
from tests.storefront.running_shop import wait_until

pytestmark = pytest.mark.integration

PLACES = 30
CONNECTIONS = 2_100
"""More than gunicorn used to have in all."""


@pytest.fixture(scope="module")
def running(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloodedShop]:
    with a_shop(redis_url, tmp_path_factory.mktemp("home"), sockets=10, http_connections=PLACES) as shop:
        yield shop


@pytest.fixture
def shop(running: FloodedShop) -> Iterator[FloodedShop]:
    with FloodedShop(running.process) as attacker:
        yield attacker


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /interactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{",
    ],
    ids=["nothing", "half a head", "one request, and then idle", "half a body"],
)
def test_connections_that_wait_give_way_to_pages(shop: FloodedShop, sent: bytes) -> None:
    allow_connections(CONNECTIONS)
    for _ in range(CONNECTIONS):
        shop.connect().sendall(sent)
    for path in ("/healthz", "/", "/products/item01"):
        shop.ask(path)
    assert "Traceback" not in shop.log


def test_connections_that_ask_for_a_socket_without_a_cookie_take_no_place(shop: FloodedShop) -> None:
    head = (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    opened = [shop.connect() for _ in range(2 * PLACES)]
    for connection in opened:
        connection.sendall(head)
    shop.ask()
    wait_until(lambda: shop.count_sockets() == 0)


def test_a_page_that_is_rendered_when_places_run_out_is_sent(shop: FloodedShop) -> None:
    page = shop.connect()
    page.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for _ in range(3 * PLACES):
        shop.connect()
    answer = page.makefile("rb").readline()
    assert answer == b"HTTP/1.1 200 OK\r\n"
