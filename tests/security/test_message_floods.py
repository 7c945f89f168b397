"""Tens of thousands of messages at once: who sends them is cut off, and others' pages come as ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

import pytest
import requests
import websocket

from tests.security.flooded_shop import GENEROUS, FloodedShop, PageSocket, a_shop, event
from tests.storefront.running_shop import DEADLINE, wait_until

pytestmark = pytest.mark.integration

MESSAGES = 20_000
MOVED = 4.0
"""Seconds by which a page may be later on a busy machine. By the attack it was five to seven, for half a minute."""
POLLING = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture(scope="module")
def running(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloodedShop]:
    with a_shop(redis_url, tmp_path_factory.mktemp("home"), sockets_per_address=2_000) as shop:
        yield shop


@pytest.fixture
def shop(running: FloodedShop) -> Iterator[FloodedShop]:
    with FloodedShop(running.process) as attacker:
        yield attacker
    wait_until(lambda: running.count_sockets() == 0)


def flood(opened: PageSocket, messages: str, count: int) -> None:
    """Send until all is sent, or the shop has closed."""
    frame = websocket.ABNF.create_frame(messages, websocket.ABNF.OPCODE_TEXT).format()
    with suppress(OSError):
        for _ in range(count // 100):
            opened.wire.sendall(frame * 100)


def slowest(shop: FloodedShop, pages: int = 40) -> float:
    """Return in how many seconds nearly all of some pages came."""
    return quantiles((shop.ask("/products/item01") for _ in range(pages)), n=20)[-1]


@pytest.mark.parametrize(
    "message",
    [
        event("catch_up", {"lists": ["for_you", "trending"]}),
        event("interaction", {"kind": "item_viewed", "item": "item01"}),
        event("nobody listens to this"),
        "42[",
        "40",
        "3",
        "4",
    ],
    ids=["catch_up", "interaction", "unknown", "broken", "connect", "pong", "empty"],
)
def test_a_socket_that_floods_is_closed_with_a_reason_and_pages_come(shop: FloodedShop, message: str) -> None:
    attacker, other = shop.open_socket(shop.new_visitor()), shop.open_socket(shop.new_visitor())
    before, closed_before = slowest(shop), shop.count_refused("too_much")
    with ThreadPoolExecutor(1) as aside:
        flooding = aside.submit(flood, attacker, message, MESSAGES)
        during = slowest(shop)
        flooding.result()
    assert during < before + MOVED
    code, reason = attacker.read_close()
    assert code in {0, 1008}
    if code:
        assert reason.startswith("too many")
    wait_until(lambda: shop.count_sockets() == 1)
    assert shop.count_refused("too_much") > closed_before
    other.send(event("catch_up", {}, 1))
    assert other.receive().startswith("431")


def test_long_messages_and_long_frames_are_cut_off(shop: FloodedShop) -> None:
    attacker = shop.open_socket(shop.new_visitor())
    before = shop.memory()
    part = websocket.ABNF.create_frame("x" * 60_000, websocket.ABNF.OPCODE_TEXT, fin=0).format()
    more = websocket.ABNF.create_frame("x" * 60_000, websocket.ABNF.OPCODE_CONT, fin=0).format()
    with suppress(OSError):
        attacker.wire.sendall(part)
        for _ in range(1_000):
            attacker.wire.sendall(more)
    wait_until(lambda: shop.count_sockets() == 0)
    assert shop.memory() - before < 20_000_000


def test_many_sockets_of_a_network_share_its_limit(redis_url: str, tmp_path: Path) -> None:
    """Each stays under its own bucket; together they are slowed down, and in the end cut off."""
    with a_shop(redis_url, tmp_path, sockets_per_address=100, events_per_address=10) as shop:
        attackers = shop.open_sockets(80, of_each=10)
        before = slowest(shop)
        for attacker in attackers:
            flood(attacker, event("catch_up", {"lists": ["for_you", "trending"]}), 100)
        assert slowest(shop) < before + MOVED
        wait_until(lambda: shop.count_refused("too_much") > 0)
        shop.ask()


def test_a_page_without_a_websocket_is_cut_off_too(shop: FloodedShop) -> None:
    with requests.Session() as page:
        page.headers["Cookie"] = shop.new_visitor()
        sid = page.get(shop.address + POLLING, timeout=DEADLINE).text.split('"sid":"')[1].split('"')[0]
        address = f"{shop.address}{POLLING}&sid={sid}"
        assert page.post(address, data="40", timeout=DEADLINE).status_code == 200
        payload = "\x1e".join([event("catch_up")] * 60)
        codes: list[int] = []
        while len(codes) < 1_000 and codes[-1:] in ([], [200]):
            answer = page.post(address, data=payload, timeout=GENEROUS)
            codes.append(answer.status_code)
        assert codes[-1] == 429
        assert answer.json()["message"].startswith("too many messages")
        assert page.post(address, data="3", timeout=DEADLINE).status_code == 400
        shop.ask()
