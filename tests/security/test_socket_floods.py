"""Thousands of sockets, with and without a cookie: pages and the check of health are answered all the same."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from socket import SHUT_RDWR

import pytest
import requests
import websocket

from storefront.web.live.gate import JOIN_SECONDS
from tests.security.flooded_shop import FloodedShop, a_shop
from tests.storefront.running_shop import DEADLINE, wait_until

pytestmark = pytest.mark.integration

SOCKETS, PAGES = 60, 40
"""What the shop has places for in these tests."""

LET_GO = 0
"""Instead of a status: the connection was closed before its request was there."""


def status_of(address: str) -> int:
    try:
        return requests.get(address, timeout=DEADLINE).status_code
    except requests.ConnectionError:
        return LET_GO


@pytest.fixture(scope="module")
def shop(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloodedShop]:
    home = tmp_path_factory.mktemp("home")
    with a_shop(redis_url, home, sockets=SOCKETS, sockets_per_address=1_000, http_connections=PAGES) as shop:
        yield shop


@pytest.fixture
def empty_shop(shop: FloodedShop) -> Iterator[FloodedShop]:
    with FloodedShop(shop.process) as attacker:
        yield attacker
    wait_until(lambda: shop.count_sockets() == 0)


def test_sockets_without_a_cookie_are_refused_before_anything_is_made_of_them(empty_shop: FloodedShop) -> None:
    def is_refused(_: int) -> bool:
        with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
            empty_shop.open_socket(None, joins=False)
        return True

    with ThreadPoolExecutor(16) as attackers:
        flood = attackers.map(is_refused, range(400))
        for _ in range(10):
            empty_shop.ask()
        assert all(flood)
    assert empty_shop.count_sockets() == 0


def test_handshakes_without_a_cookie_keep_no_memory(empty_shop: FloodedShop) -> None:
    def handshakes(count: int, cookie: str = "") -> None:
        with requests.Session() as session:
            for _ in range(count):
                address = f"{empty_shop.address}/socket.io/?EIO=4&transport=polling"
                answer = session.get(address, headers={"Cookie": cookie}, timeout=DEADLINE)
                assert answer.status_code == 401

    handshakes(500)
    before = empty_shop.memory()
    handshakes(1_500)
    # Each that was made took 20 kB, until it was given up.
    assert empty_shop.memory() - before < 1_500 * 5_000
    handshakes(50, "riverfront_visitor=v1.forged")


def test_when_all_sockets_are_taken_the_next_is_refused_in_words_and_pages_are_answered(
    empty_shop: FloodedShop,
) -> None:
    empty_shop.open_sockets(SOCKETS)
    cookie = empty_shop.new_visitor()
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        empty_shop.open_socket(cookie)
    assert refused.value.status_code == 503
    assert int((refused.value.resp_headers or {})["retry-after"]) > 0
    handshake = requests.get(
        f"{empty_shop.address}/socket.io/?EIO=4&transport=polling", headers={"Cookie": cookie}, timeout=DEADLINE
    )
    assert handshake.status_code == 503
    assert "Too many pages are open" in handshake.json()["message"]
    for path in ("/", "/healthz", "/healthz/ready", "/products/item01"):
        empty_shop.ask(path)
    assert empty_shop.count_sockets() == SOCKETS


def test_sockets_that_say_nothing_are_closed_and_those_that_join_are_not(empty_shop: FloodedShop) -> None:
    cookie = empty_shop.new_visitor()
    joined = empty_shop.open_socket(cookie)
    silent = [empty_shop.open_socket(cookie, joins=False) for _ in range(10)]
    assert empty_shop.count_sockets() == 11
    # They answer pings: Engine.IO itself hangs up on those that do not, half a minute later.
    with ThreadPoolExecutor(len(silent)) as clients:
        closes = [clients.submit(opened.stay) for opened in silent]
        try:
            wait_until(lambda: all(close.done() for close in closes), JOIN_SECONDS + DEADLINE)
        finally:
            for opened in silent:
                with suppress(OSError):
                    opened.wire.shutdown(SHUT_RDWR)
    assert {close.result() for close in closes} <= {1000, 1005}
    wait_until(lambda: empty_shop.count_sockets() == 1)
    joined.send('421["catch_up",{}]')
    assert joined.receive().startswith("431")


def test_sockets_whose_clients_do_not_hang_up_give_their_connections_back(empty_shop: FloodedShop) -> None:
    opened = [empty_shop.open_socket(empty_shop.new_visitor(), joins=False) for _ in range(5)]
    wait_until(lambda: empty_shop.count_sockets() == 0, JOIN_SECONDS + DEADLINE)
    for one in opened:
        # Nothing is answered, nothing closed: the shop's end is closed all the same.
        one.wire.settimeout(DEADLINE)
        while one.wire.recv(4_096):
            pass


def test_polling_sessions_have_the_same_places(empty_shop: FloodedShop) -> None:
    cookies = [empty_shop.new_visitor() for _ in range(4)]
    address = f"{empty_shop.address}/socket.io/?EIO=4&transport=polling"
    answers = [
        requests.get(address, headers={"Cookie": cookies[number // 20]}, timeout=DEADLINE) for number in range(SOCKETS)
    ]
    assert {answer.status_code for answer in answers} == {200}
    with pytest.raises(websocket.WebSocketBadStatusException, match="503"):
        empty_shop.open_socket(cookies[-1])
    # Many that wait on one session: one does, the others are refused; or let go, where their network has no place left.
    session = json.loads(answers[0].text[1:])["sid"]
    with ThreadPoolExecutor(PAGES + 20) as attackers:
        waits = [attackers.submit(status_of, f"{address}&sid={session}") for _ in range(PAGES + 20)]
        wait_until(lambda: status_of(f"{empty_shop.address}/healthz") == 200)
        statuses = [wait.result() for wait in waits]
    assert statuses.count(200) <= 1
    assert set(statuses) <= {200, 400, 503, LET_GO}
    assert 400 in statuses
