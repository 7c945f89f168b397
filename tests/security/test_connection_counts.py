"""Nothing that a client says or leaves unsaid moves the number of its connections away from the true one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import requests
import websocket

from storefront.limits.connections import MOST_OF_A_VISITOR
from tests.security.flooded_shop import FloodedShop, PageSocket, a_shop, event
from tests.storefront.running_shop import DEADLINE, wait_until

pytestmark = pytest.mark.integration

POLLING = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture(scope="module")
def running(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloodedShop]:
    with a_shop(redis_url, tmp_path_factory.mktemp("home"), sockets_per_address=1_000) as shop:
        yield shop


@pytest.fixture
def shop(running: FloodedShop) -> Iterator[FloodedShop]:
    with FloodedShop(running.process) as attacker:
        yield attacker
    wait_until(lambda: running.count_sockets() == 0)


def is_answered(opened: PageSocket) -> bool:
    """Return whether the shop has read all that was sent before."""
    opened.send(event("catch_up", {}, 7))
    while not (frame := opened.receive()).startswith("437"):
        if not frame:
            return False
    return True


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error", "message", "__disconnect_final", "*", ""])
def test_events_with_the_librarys_names_count_nothing(shop: FloodedShop, name: str) -> None:
    cookie = shop.new_visitor()
    opened = shop.open_socket(cookie)
    for _ in range(MOST_OF_A_VISITOR + 5):
        opened.send(event(name))
    assert is_answered(opened)
    assert shop.count_sockets() == 1
    # Counted up, these would be refused; counted down, one more would not.
    for _ in range(MOST_OF_A_VISITOR - 1):
        shop.open_socket(cookie)
    with pytest.raises(websocket.WebSocketBadStatusException, match="429"):
        shop.open_socket(cookie)


@pytest.mark.parametrize("said", [["40"] * 5, ["41", "40"] * 5, ["40/admin,", "41/admin,"] * 5, ["41"] * 5])
def test_connect_and_disconnect_count_nothing_however_often(shop: FloodedShop, said: list[str]) -> None:
    opened, other = shop.open_socket(shop.new_visitor()), shop.open_socket(shop.new_visitor())
    for packet in said:
        with suppress(OSError, websocket.WebSocketException):
            opened.send(packet)
    assert is_answered(other)
    opened.close()
    wait_until(lambda: shop.count_sockets() == 1)


def half_of_an_upgrade(shop: FloodedShop, cookie: str, *frames: str) -> None:
    address, headers = shop.address + POLLING, {"Cookie": cookie}
    sid = requests.get(address, headers=headers, timeout=DEADLINE).text.split('"sid":"')[1].split('"')[0]
    requests.post(f"{address}&sid={sid}", data="40", headers=headers, timeout=DEADLINE)
    opened = shop.open_socket(cookie, joins=False, query=f"&sid={sid}")
    for frame in frames:
        opened.send(frame)
    with suppress(websocket.WebSocketException):
        shop.open_socket(cookie, joins=False, query=f"&sid={sid}")
    opened.abort()
    requests.post(f"{address}&sid={sid}", data="1", headers=headers, timeout=DEADLINE)


def abort(opened: PageSocket) -> None:
    opened.wire.close()


def junk(opened: PageSocket) -> None:
    opened.send("junk that is no packet")


def empty(opened: PageSocket) -> None:
    opened.send("")


def no_frame(opened: PageSocket) -> None:
    opened.wire.sendall(b"\xff" * 50)


def engine_close(opened: PageSocket) -> None:
    opened.send("1")


@pytest.mark.parametrize("end", [abort, junk, empty, no_frame, engine_close])
def test_however_a_connection_ends_it_is_uncounted_once(shop: FloodedShop, end: Callable[[PageSocket], None]) -> None:
    cookie = shop.new_visitor()
    stays = shop.open_socket(cookie)
    for _ in range(5):
        end(shop.open_socket(cookie))
    wait_until(lambda: shop.count_sockets() == 1)
    assert is_answered(stays)
    assert "Traceback" not in shop.log


@pytest.mark.parametrize("frames", [(), ("2probe",), ("2probe", "5"), ("5",), ("junk",)])
def test_upgrades_that_stop_half_way_count_as_one(shop: FloodedShop, frames: tuple[str, ...]) -> None:
    cookie = shop.new_visitor()
    for _ in range(3):
        half_of_an_upgrade(shop, cookie, *frames)
    wait_until(lambda: shop.count_sockets() == 0)


def test_many_at_once_are_all_counted(shop: FloodedShop) -> None:
    cookie = shop.new_visitor()
    opened: list[PageSocket] = []

    def open_one() -> None:
        with suppress(websocket.WebSocketBadStatusException):
            opened.append(shop.open_socket(cookie))

    threads = [threading.Thread(target=open_one) for _ in range(2 * MOST_OF_A_VISITOR)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert len(opened) == shop.count_sockets() == MOST_OF_A_VISITOR
