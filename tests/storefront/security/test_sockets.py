"""A socket belongs to one visitor: it joins that visitor's room alone and speaks for nobody else. By real clients."""

import http.client
import json
import socket as sockets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as NoConnection

from online_models.schema.events import VisitorId
from online_models.schema.messages import EVERYONE, OPERATORS, visitor_room
from storefront.limits.connections import MOST_OF_A_VISITOR
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.running_shop import RunningShop, wait_until

pytestmark = [
    pytest.mark.integration,
    # The client leaves its end open where the shop has closed the connection.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Visitor:
    """Somebody with the shop's cookie, and a socket."""

    def __init__(self, shop: RunningShop) -> None:
        self._shop = shop
        self.cookie = str(requests.get(f"{shop.address}/basket", timeout=10).cookies[COOKIE])
        self.id = VisitorId(self.cookie.split(".")[0])
        self.received: list[tuple[str, object]] = []
        self.is_gone = False

    @contextmanager
    def connected(
        self, auth: object = None, origin: str | None = None, cookie: str | None = None
    ) -> Iterator[socketio.Client]:
        client = socketio.Client(
            reconnection=False,
            websocket_extra_options={"origin": origin} if origin else {"suppress_origin": True},
        )
        client.on("*", lambda name, *data: self.received.append((name, data[0] if data else None)))
        client.on("disconnect", self._gone)
        client.connect(
            self._shop.address,
            headers={"Cookie": f"{COOKIE}={self.cookie}" if cookie is None else cookie},
            auth=auth,
            transports=["websocket"],
            wait_timeout=10,
        )
        try:
            yield client
        finally:
            client.disconnect()

    def _gone(self, *_: object) -> None:
        self.is_gone = True

    def heard(self, name: str) -> list[object]:
        return [data for heard, data in self.received if heard == name]


@pytest.fixture
def visitor(shop: RunningShop) -> Visitor:
    return Visitor(shop)


@pytest.fixture
def stranger(shop: RunningShop) -> Visitor:
    return Visitor(shop)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_a_page_of_another_origin_cannot_open_a_socket(visitor: Visitor, origin: str) -> None:
    with pytest.raises(NoConnection), visitor.connected(origin=origin):
        pass


def test_the_shops_own_pages_can(visitor: Visitor, shop: RunningShop) -> None:
    with visitor.connected(origin=shop.address) as client:
        assert client.connected


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=", f"{COOKIE}=v123.forged", f"{COOKIE}=v123"])
def test_without_a_cookie_that_the_shop_signed_there_is_no_socket(visitor: Visitor, cookie: str) -> None:
    with pytest.raises(NoConnection), visitor.connected(cookie=cookie):
        pass


def test_an_event_counts_for_the_cookies_visitor_whatever_it_says(visitor: Visitor, shop: RunningShop) -> None:
    said = {"kind": "item_viewed", "item": "item01", "visitor": "v-somebody-else", "simulated": True, "price": 1}
    with visitor.connected() as client:
        receipt = client.call("interaction", said)
    (event,) = [event for event in shop.events("item_viewed") if event["event_id"] == receipt["event_id"]]
    assert event["visitor"] == visitor.id
    assert not event.get("simulated")


def test_nobody_hears_what_is_meant_for_another(visitor: Visitor, stranger: Visitor, shop: RunningShop) -> None:
    with visitor.connected(), stranger.connected():
        shop.learner.emit("private", {"for": "the visitor"}, to=visitor_room(visitor.id))
        shop.learner.emit("public", {}, to=EVERYONE)
        wait_until(lambda: visitor.heard("public") and stranger.heard("public"))
    assert visitor.heard("private")
    assert not stranger.heard("private")


def test_nobody_can_ask_to_join_a_room(visitor: Visitor, stranger: Visitor, shop: RunningShop) -> None:
    room = visitor_room(visitor.id)
    with stranger.connected(auth={"room": room, "visitor": visitor.id}) as client:
        for name in ("join", "join_room", "enter_room", "subscribe", "room"):
            client.emit(name, room)
            client.emit(name, {"room": room})
        assert client.call("interaction", {"kind": "item_viewed", "item": "item01"})["accepted"], "all was read"
        shop.learner.emit("private", {}, to=room)
        shop.learner.emit("public", {}, to=EVERYONE)
        wait_until(lambda: stranger.heard("public"))
    assert not stranger.heard("private")


def test_a_browser_cannot_speak_for_the_shop(visitor: Visitor, stranger: Visitor) -> None:
    with visitor.connected() as victim, stranger.connected() as client:
        for name in ("ranking_changed", "ops_stats", "basket_changed", "broadcast", "connect", "disconnect"):
            client.emit(name, {"forged": True})
        client.call("interaction", {"kind": "item_viewed", "item": "item01"})
        victim.call("interaction", {"kind": "item_viewed", "item": "item01"})
    assert not [data for _, data in visitor.received if isinstance(data, dict) and data.get("forged")]


def test_other_namespaces_are_closed(visitor: Visitor, shop: RunningShop) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(NoConnection):
        client.connect(
            shop.address,
            headers={"Cookie": f"{COOKIE}={visitor.cookie}"},
            namespaces=["/admin"],
            transports=["websocket"],
            wait_timeout=3,
        )
    client.disconnect()


def test_shoppers_do_not_hear_the_operators_figures(visitor: Visitor, shop: RunningShop) -> None:
    with visitor.connected():
        shop.learner.emit("ops_stats", {"at": 1.0}, to=OPERATORS)
        shop.learner.emit("public", {}, to=EVERYONE)
        wait_until(lambda: visitor.heard("public"))
    assert not visitor.heard("ops_stats")


def test_a_message_that_is_too_long_ends_the_connection_and_the_shop_lives(visitor: Visitor, stranger: Visitor) -> None:
    with visitor.connected() as client:
        client.emit("interaction", {"kind": "item_viewed", "item": "x" * 100_000})
        wait_until(lambda: visitor.is_gone)
    with stranger.connected() as client:
        assert client.call("interaction", {"kind": "item_viewed", "item": "item01"})["accepted"]


def test_a_message_that_is_nested_too_deeply_does_no_harm(visitor: Visitor, shop: RunningShop) -> None:
    deep = "[" * 30_000 + "]" * 30_000
    with visitor.connected() as client:
        client.eio.send('2["interaction",' + deep + "]")
        assert client.call("interaction", {"kind": "item_viewed", "item": "item01"})["accepted"]
    assert "RecursionError" not in (shop.home / "log.txt").read_text()


def test_a_flood_of_events_is_cut_off(visitor: Visitor, stranger: Visitor) -> None:
    with visitor.connected() as client, stranger.connected() as other:
        receipts = [client.call("interaction", {"kind": "item_viewed", "item": "item02"}) for _ in range(400)]
        assert receipts[0]["accepted"]
        refused = [receipt for receipt in receipts if not receipt["accepted"]]
        assert {receipt["reason"] for receipt in refused} == {"too many events"}
        assert other.call("interaction", {"kind": "item_viewed", "item": "item02"})["accepted"], "others go on"


def test_a_visitor_has_a_bounded_number_of_connections(visitor: Visitor, stranger: Visitor) -> None:
    def open_all(left: int) -> None:
        if left:
            with visitor.connected():
                open_all(left - 1)
            return
        with pytest.raises(NoConnection), visitor.connected():
            pass
        with stranger.connected() as other:
            assert other.connected

    open_all(MOST_OF_A_VISITOR)
    wait_until(lambda: opens(visitor))


def opens(visitor: Visitor) -> bool:
    try:
        with visitor.connected():
            return True
    except NoConnection:
        return False


def test_events_that_are_too_many_arguments_are_answered(visitor: Visitor) -> None:
    with visitor.connected() as client:
        answer = client.call("interaction", ({"kind": "item_viewed", "item": "item01"}, "more", 3))
        assert answer["accepted"]


def test_the_server_does_not_say_what_it_is(shop: RunningShop) -> None:
    for path in ("/", "/healthz", "/nothing", "/static/none.js"):
        assert "Server" not in requests.get(shop.address + path, timeout=10).headers


def test_json_that_is_nested_too_deeply_is_a_bad_request(shop: RunningShop, visitor: Visitor) -> None:
    answer = requests.post(
        f"{shop.address}/interactions",
        data="[" * 50_000,
        headers={
            "Content-Type": "application/json",
            "Cookie": f"{COOKIE}={visitor.cookie}",
            "Sec-Fetch-Site": "same-origin",
        },
        timeout=10,
    )
    assert answer.status_code == 400
    assert "<pre" not in answer.text


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /basket/lines HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
    ],
    ids=["two lengths of a body", "two content lengths", "a long header", "a long address", "many headers"],
)
def test_requests_that_smuggle_or_swamp_are_refused(shop: RunningShop, head: bytes) -> None:
    place = urlsplit(shop.address)
    with closing(sockets.create_connection((place.hostname, place.port), timeout=10)) as connection:
        connection.sendall(head)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert 400 <= answer.status < 500
        assert answer.getheader("Connection") == "close"


def test_a_body_larger_than_the_shop_takes_is_refused(shop: RunningShop, visitor: Visitor) -> None:
    body = json.dumps({"events": ["x" * 300_000]})
    answer = requests.post(
        f"{shop.address}/interactions",
        data=body,
        headers={
            "Content-Type": "application/json",
            "Cookie": f"{COOKIE}={visitor.cookie}",
            "Sec-Fetch-Site": "same-origin",
        },
        timeout=10,
    )
    assert answer.status_code == 413
