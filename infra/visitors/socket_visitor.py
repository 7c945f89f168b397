"""A visitor without a browser: the shop's cookie and one socket, without a thread. Cheap enough for hundreds at once.

Socket.IO's own client runs threads for each connection; here one loop can select on all of them.
"""

import random
import secrets
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import websocket
from socketio import packet as socket_io

from infra.errors import CannotRun
from infra.visitors.click import Click
from infra.visitors.packets import PONG, decode_packet, encode_packet, is_ping, read_event
from online_models.schema.events import EventId, event_id_at
from online_models.schema.messages import INTERACTION, RANKING_CHANGED

DEADLINE = 5.0
MOST_MISSED = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """What the shop sent: the message's name and its fields, and when it came (`time.perf_counter`)."""

    name: str
    fields: dict[str, Any]
    at: float


class SocketVisitor:
    """One visitor with an open socket: a new one without a ``cookie``. Raises `CannotRun` if the shop refuses it."""

    def __init__(self, address: str, timeout: float = 10.0, cookie: str | None = None) -> None:
        self.cookie = cookie or visit(address, timeout)
        parts = urlsplit(address)
        try:
            self._socket = websocket.create_connection(
                f"ws://{parts.netloc}/socket.io/?EIO=4&transport=websocket",
                timeout=timeout,
                cookie=self.cookie,
                origin=address,
            )
        except websocket.WebSocketBadStatusException as refused:
            why = (refused.resp_body or b"").decode("utf-8", "replace")
            raise CannotRun(f"The shop at {address} refused a socket: {refused.status_code} {why}") from refused
        self._number = 0
        self._missed: deque[Message] = deque(maxlen=MOST_MISSED)
        try:
            self._join(address)
        except BaseException:
            self.close()
            raise

    def _join(self, address: str) -> None:
        self._socket.send(encode_packet(socket_io.CONNECT))
        while (
            packet := decode_packet(received := self._socket.recv())
        ) is None or packet.packet_type != socket_io.CONNECT:
            if packet or not received:
                raise CannotRun(f"The shop at {address} refused a socket: {packet.data if packet else 'closed'}")

    def __enter__(self) -> "SocketVisitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        # `close` does nothing where the shop has closed it first.
        self._socket.shutdown()  # type: ignore[no-untyped-call]  # websocket-client has no type for it

    def fileno(self) -> int:
        """Return the socket's descriptor, to select on."""
        return self._socket.sock.fileno() if self._socket.sock else -1

    def click(self, item: str, surface: str = "category") -> EventId:
        """Open a product: the event that a browser would send. Returns its id."""
        now = time.time()
        event_id = event_id_at(now, secrets.token_bytes(10))
        fields = {"kind": "item_viewed", "event_id": event_id, "item": item, "surface": surface, "occurred_at": now}
        self._socket.send(encode_packet(socket_io.EVENT, [INTERACTION, fields]))
        return event_id

    def click_once(self, item: str) -> Click:
        """Click an item and wait for the list that names the click as a cause."""
        clicked_at = time.perf_counter()
        event_id = self.click(item)
        while (left := clicked_at + DEADLINE - time.perf_counter()) > 0:
            message = self.receive(left)
            if message and message.name == RANKING_CHANGED and event_id in message.fields.get("causes", ()):
                items = tuple(str(card["item"]) for card in message.fields["items"])
                return Click((message.at - clicked_at) * 1_000, items=items)
        return Click(None)

    def ask(self, name: str, fields: dict[str, Any], timeout: float = DEADLINE) -> Any:
        """Send a message and return the shop's answer. What else comes meanwhile is received next.

        Raises `CannotRun` if none comes in time.
        """
        self._number += 1
        self._socket.send(encode_packet(socket_io.EVENT, [name, fields], self._number))
        deadline = time.perf_counter() + timeout
        while (left := deadline - time.perf_counter()) > 0:
            frame = self._receive(left)
            packet = decode_packet(frame)
            if packet and packet.packet_type == socket_io.ACK and packet.id == self._number:
                return packet.data[0]
            if message := _message(frame):
                self._missed.append(message)
        raise CannotRun(f"The shop did not answer {name} in {timeout:.0f} s.")

    def receive(self, timeout: float) -> Message | None:
        """Return the next message, or None if none came in time. Answers pings on the way."""
        return self._missed.popleft() if self._missed else _message(self._receive(timeout))

    def _receive(self, timeout: float) -> str | bytes:
        """Return the next frame, empty if none came in time."""
        self._socket.settimeout(max(0.001, timeout))
        try:
            frame: str | bytes = self._socket.recv()
        except websocket.WebSocketTimeoutException:
            return ""
        if is_ping(frame):
            self._socket.send(PONG)
        return frame


def _message(frame: str | bytes) -> Message | None:
    came_at = time.perf_counter()
    name, fields = read_event(frame)
    return Message(name, fields, came_at) if name else None


def some_items(items: list[str], count: int, seed: int = 1) -> list[str]:
    """Choose which items to click: different ones, the best sellers more likely."""
    rng = random.Random(seed)  # noqa: S311 - which item to click
    return [items[int(len(items) * rng.random() ** 2)] for _ in range(count)]


def visit(address: str, timeout: float) -> str:
    """Open the home page and return the cookies that it gave, as a browser would send them back."""
    try:
        with urllib.request.urlopen(f"{address}/", timeout=timeout) as answer:  # noqa: S310 - an http address of ours
            cookies = [SimpleCookie(line) for line in answer.headers.get_all("Set-Cookie", [])]
    except OSError as error:
        raise CannotRun(f"The shop at {address} does not answer: {error}") from error
    return "; ".join(f"{name}={morsel.value}" for cookie in cookies for name, morsel in cookie.items())
