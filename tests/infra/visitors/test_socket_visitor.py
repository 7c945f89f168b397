"""A visitor without a browser, in a shop that speaks just enough of the protocol."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

from infra.errors import CannotRun
from infra.programs.ports import LOOPBACK, free_port
from infra.visitors.socket_visitor import SocketVisitor, some_items, visit
from online_models.schema.messages import INTERACTION, RANKING_CHANGED

OPENED = '0{"sid":"s"}'


class SmallShop(BaseHTTPRequestHandler):
    """Gives a cookie, opens a socket, answers each click with a ping, another message and a list."""

    welcome = '40{"sid":"s"}'

    def do_GET(self) -> None:
        if self.path.startswith("/socket.io/"):
            self._talk()
            return
        self.send_response(200)
        self.send_header("Set-Cookie", "riverfront_visitor=v1.signed; Path=/; HttpOnly")
        self.send_header("Set-Cookie", "session=s1; Path=/")
        self.end_headers()

    def _talk(self) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        protocol = WSConnection(ConnectionType.SERVER)
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        data = f"{self.requestline}\r\n{lines}\r\n".encode()
        while data:
            protocol.receive_data(data)
            for event in protocol.events():
                if isinstance(event, Request):
                    self._send(protocol, AcceptConnection())
                    self._send(protocol, TextMessage(OPENED))
                elif isinstance(event, CloseConnection):
                    self._send(protocol, event.response())
                    return
                elif isinstance(event, TextMessage):
                    for packet in self._answers(event.data):
                        self._send(protocol, TextMessage(packet))
            data = self.connection.recv(65_536)

    def _send(self, protocol: WSConnection, event: AcceptConnection | TextMessage | CloseConnection) -> None:
        self.connection.sendall(protocol.send(event))

    def _answers(self, packet: str) -> Iterator[str]:
        if packet == "40":
            yield self.welcome
        elif packet.startswith("42"):
            name, fields = json.loads(packet[2:])
            assert name == INTERACTION
            yield "2"
            yield '42["presence",{}]'
            if fields["item"] != "silent":
                cards = [{"item": fields["item"]}, {"item": "lamp"}]
                yield f"42{json.dumps([RANKING_CHANGED, {'causes': [fields['event_id']], 'items': cards}])}"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""


class RefusingShop(SmallShop):
    """Lets nobody in."""

    welcome = '44{"message":"full"}'


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(shop: type[SmallShop] = SmallShop) -> str:
        servers.append(ThreadingHTTPServer((LOOPBACK, 0), shop))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f"http://{LOOPBACK}:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_cookies_come_back_as_a_browser_sends_them(serve: Callable[..., str]) -> None:
    assert visit(serve(), 10) == "riverfront_visitor=v1.signed; session=s1"


def test_a_click_is_answered_by_the_list_that_names_it(serve: Callable[..., str]) -> None:
    with SocketVisitor(serve()) as visitor:
        click = visitor.click_once("mug")
    assert click.items == ("mug", "lamp")
    assert click.push_ms is not None
    assert click.push_ms > 0


def test_a_message_may_not_come(serve: Callable[..., str]) -> None:
    with SocketVisitor(serve()) as visitor:
        assert visitor.receive(0.01) is None
        visitor.click("silent")
        names = [message.name for message in (visitor.receive(10), visitor.receive(10)) if message]
    assert names == ["presence"], "a ping is answered, and no message"


def test_a_shop_that_refuses_is_told_apart_from_one_that_is_not_there(serve: Callable[..., str]) -> None:
    with pytest.raises(CannotRun, match="refused a socket"):
        SocketVisitor(serve(RefusingShop))
    with pytest.raises(CannotRun, match="does not answer"):
        SocketVisitor(f"http://{LOOPBACK}:{free_port()}")


def test_best_sellers_are_clicked_more_often() -> None:
    items = [str(number) for number in range(100)]
    chosen = some_items(items, 1_000)
    assert chosen == some_items(items, 1_000)
    assert chosen != some_items(items, 1_000, seed=2)
    assert sum(int(item) < 25 for item in chosen) > 400
