"""Rooms without a network: what was sent to whom is kept."""

from collections.abc import Callable
from itertools import count
from threading import Thread
from types import SimpleNamespace
from typing import Any

from engineio.exceptions import SocketIsClosedError
from socketio.packet import Packet

from online_models.schema.events import VisitorId
from storefront.security.bounded_json import SocketJSON
from storefront.web.live.caller import CALLER, Caller
from storefront.web.live.push import TextPacket

EVERYONE = "everyone"


def an_environ(ends_at: float) -> dict[str, object]:
    return {CALLER: Caller(VisitorId("v1"), account_token="", network="192.0.2.1", ends_at=ends_at)}


class Wire:
    """Engine.IO's server, as far as rooms use it. Some connections are just closing."""

    def __init__(self, *closing: str) -> None:
        self.closing = closing
        self.frames: list[tuple[str, str]] = []
        self._ids = count()

    @property
    def sent(self) -> list[tuple[str, Any]]:
        return [(connection, Packet(encoded_packet=frame[1:]).data) for connection, frame in self.frames]

    def generate_id(self) -> str:
        return f"c{next(self._ids)}"

    def send_packet(self, connection: str, packet: Any) -> None:
        if connection in self.closing:
            raise SocketIsClosedError()
        self.frames.append((connection, packet.encode()))

    def send(self, connection: str, text: str) -> None:
        if connection in self.closing:
            raise SocketIsClosedError()
        self.frames.append((connection, f"4{text}"))


def a_server(wire: Wire) -> Any:
    TextPacket.json = SocketJSON
    return SimpleNamespace(
        eio=wire,
        environ={},
        packet_class=TextPacket,
        async_mode="threading",
        _send_eio_packet=wire.send_packet,
        _send_packet=lambda connection, packet: wire.send(connection, packet.encode()),
        disconnect=lambda *_args, **_kwargs: None,
    )


def a_room(wire: Wire, rooms: Any) -> tuple[Any, list[str]]:
    rooms.set_server(a_server(wire))
    connections = [rooms.connect(name, "/") for name in ("first", "second", "third")]
    for connection in connections:
        rooms.enter_room(connection, "/", EVERYONE)
    return rooms, connections


def aside(work: Callable[[], object]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread
