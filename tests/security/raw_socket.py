"""A websocket of a visitor on which anything can be said: frames go out as they are."""

import json
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import websocket

from infra.visitors.packets import PONG, is_ping
from infra.visitors.socket_visitor import visit
from tests.storefront.running_shop import DEADLINE


class RawSocket:
    """A connection of Engine.IO, whose page has said CONNECT."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self.cookie = cookie or visit(address, DEADLINE)
        place = urlsplit(address).netloc
        self._socket = websocket.create_connection(
            f"ws://{place}/socket.io/?EIO=4&transport=websocket", timeout=DEADLINE, cookie=self.cookie, origin=address
        )
        self._number = 0
        self.send("40")
        while not self.receive().startswith("40"):
            pass

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, which the shop may have closed."""
        self._socket.close()
        self._socket.shutdown()  # type: ignore[no-untyped-call]  # websocket-client has no type for it

    def send(self, frame: str | bytes) -> None:
        """Send a frame: text, or bytes. Raises `OSError` or `WebSocketException` if the shop has closed."""
        if isinstance(frame, bytes):
            self._socket.send_binary(frame)
        else:
            self._socket.send(frame)

    def write(self, raw: bytes) -> None:
        """Send bytes that are no frame, or part of one. Raises `OSError` if the shop has closed."""
        if self._socket.sock is None:
            raise ConnectionError("the connection is closed")
        self._socket.sock.sendall(raw)

    def receive(self) -> str:
        """Return the next frame but a ping, which is answered. Raises `TimeoutError`."""
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            frame = self._socket.recv()
            if not is_ping(frame):
                return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
            self._socket.send(PONG)
        raise TimeoutError("no frame came")

    def ask(self, name: str, fields: str) -> Any:
        """Send an event whose fields are JSON already, and return the answer."""
        self._number += 1
        self.send(f'42{self._number}["{name}",{fields}]')
        start, until = f"43{self._number}[", time.monotonic() + DEADLINE
        while time.monotonic() < until:
            frame = self.receive()
            if frame.startswith(start):
                return json.loads(frame[len(start) - 1 :])[0]
        raise TimeoutError(f"no answer to {name}")
