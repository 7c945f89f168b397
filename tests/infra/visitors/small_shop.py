"""A shop that speaks just enough of the protocol for a visitor without a browser."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

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
