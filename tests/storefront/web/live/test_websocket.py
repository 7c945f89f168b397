"""One websocket between two ends of a pair of sockets."""

import socket
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from wsproto.connection import Connection as WireProtocol
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from storefront.limits.connections import Connection, SocketRefusal
from storefront.limits.message_allowance import MessageAllowance, Rate
from storefront.web.live.websocket import WebSocket, accept_key

MOST_BYTES = 1_000
DEADLINE = 60.0
GENEROUS = Rate(1_000, 1_000)


class Client:
    """The other end."""

    def __init__(self, wire: socket.socket) -> None:
        wire.settimeout(DEADLINE)
        self.wire = wire
        self._protocol = WireProtocol(ConnectionType.CLIENT)

    def send(self, *events: Event) -> None:
        self.wire.sendall(b"".join(bytes(self._protocol.send(event)) for event in events))

    def receive(self) -> Event:
        while True:
            for event in self._protocol.events():
                return event
            read = self.wire.recv(4_096)
            assert read, "closed without a goodbye"
            self._protocol.receive_data(read)


class Ends:
    """Both ends, and what the shop's will do later."""

    def __init__(self, rate: Rate = GENEROUS) -> None:
        shop, client = socket.socketpair()
        self._shop = shop
        self.client = Client(client)
        self.later: list[Callable[[], object]] = []
        self.refused: list[SocketRefusal] = []
        self.server = WebSocket(
            shop,
            Connection("c1", "v1", "net"),
            MessageAllowance(rate, Rate(10_000, 10_000), opened_a_minute=10),
            lambda _seconds, work: self.later.append(work),
            self.refused.append,
            MOST_BYTES,
            idle=DEADLINE,
        )

    def close(self) -> None:
        self._shop.close()
        self.client.wire.close()


@pytest.fixture
def make() -> Iterator[Callable[..., Ends]]:
    made: list[Ends] = []

    def make(**options: Any) -> Ends:
        made.append(Ends(**options))
        return made[-1]

    yield make
    for ends in made:
        ends.close()


@pytest.fixture
def ends(make: Callable[..., Ends]) -> Ends:
    return make()


def test_messages_go_both_ways(ends: Ends) -> None:
    ends.client.send(TextMessage(data="häuser"), TextMessage(data=""), BytesMessage(data=b"\x00"))
    assert [ends.server.wait() for _ in range(3)] == ["häuser", "", b"\x00"]
    ends.server.send("text")
    ends.server.send(b"bytes")
    assert [getattr(ends.client.receive(), "data", None) for _ in range(2)] == ["text", b"bytes"]


def test_the_parts_of_a_message_are_one(ends: Ends) -> None:
    ends.client.send(TextMessage(data="a", message_finished=False), Ping(b"still there?"), TextMessage(data="b"))
    assert ends.server.wait() == "ab"
    assert isinstance(ends.client.receive(), Pong)


def test_a_goodbye_is_answered(ends: Ends) -> None:
    ends.client.send(CloseConnection(1000, "done"))
    assert ends.server.wait() is None
    assert isinstance(ends.client.receive(), CloseConnection)
    with pytest.raises(OSError, match="closed"):
        ends.server.send("late")


def test_a_client_that_is_gone_ends_it(ends: Ends) -> None:
    ends.client.wire.close()
    assert ends.server.wait() is None


def test_a_client_that_is_silent_for_too_long_ends_it(ends: Ends) -> None:
    ends._shop.settimeout(0.01)
    assert ends.server.wait() is None
    assert isinstance(ends.client.receive(), CloseConnection)


def test_a_message_that_is_too_long_ends_it_before_all_of_it_has_come(ends: Ends) -> None:
    parts: list[Event] = [TextMessage(data="x" * 600, message_finished=False) for _ in range(2)]
    ends.client.send(*parts)
    assert ends.server.wait() is None
    goodbye = ends.client.receive()
    assert isinstance(goodbye, CloseConnection)
    assert goodbye.code == 1009


def test_too_many_messages_end_it_and_the_client_is_told_why(make: Callable[..., Ends]) -> None:
    ends = make(rate=Rate(1, 10))
    ends.client.send(*[TextMessage(data="4") for _ in range(100)])
    heard = [ends.server.wait() for _ in range(20)]
    assert heard == ["4"] * 10 + [None] * 10
    goodbye = ends.client.receive()
    assert isinstance(goodbye, CloseConnection)
    assert (goodbye.code, goodbye.reason) == (1008, "too many messages of a connection")
    assert ends.refused == [SocketRefusal.TOO_MUCH]


@pytest.mark.parametrize("frame", [Ping(), Pong(), TextMessage(data="", message_finished=False)])
def test_frames_that_are_no_messages_count_too(make: Callable[..., Ends], frame: Event) -> None:
    ends = make(rate=Rate(1, 10))
    ends.client.send(*[frame] * 11, TextMessage(data="never"))
    assert ends.server.wait() is None


def test_too_many_bytes_end_it(make: Callable[..., Ends]) -> None:
    ends = make(rate=Rate(1, 10))
    for _ in range(9):
        ends.client.send(TextMessage(data="x" * 990))
        assert ends.server.wait()
    ends.client.send(*[TextMessage(data="x" * 990)] * 2)
    assert ends.server.wait() is None


@pytest.mark.parametrize(
    "junk", [b"\x81\x05hello", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100, b"\x88\x81\x00\x00\x00\x00\x01"]
)
def test_what_is_no_frame_ends_it(ends: Ends, junk: bytes) -> None:
    ends.client.wire.sendall(junk)
    ends.client.wire.shutdown(socket.SHUT_WR)
    assert ends.server.wait() is None


def test_a_client_that_does_not_hang_up_is_hung_up_on(ends: Ends) -> None:
    waiting = Thread(target=ends.server.wait, daemon=True)
    waiting.start()
    ends.server.close()
    ends.server.close()
    assert len(ends.later) == 1
    ends.later[0]()
    waiting.join(DEADLINE)
    assert not waiting.is_alive()


@pytest.mark.parametrize(
    "changed",
    [
        {"HTTP_SEC_WEBSOCKET_VERSION": "8"},
        {"HTTP_SEC_WEBSOCKET_VERSION": ""},
        {"HTTP_SEC_WEBSOCKET_KEY": ""},
        {"HTTP_SEC_WEBSOCKET_KEY": "short"},
        {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==\r\nX: y"},
        {"HTTP_SEC_WEBSOCKET_KEY": "é" * 24},
    ],
)
def test_what_is_no_handshake_has_no_answer(changed: dict[str, str]) -> None:
    good = {"HTTP_SEC_WEBSOCKET_VERSION": "13", "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert accept_key(good)
    assert accept_key(good | changed) is None
