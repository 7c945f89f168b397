"""One websocket on the connection that gunicorn has accepted: its frames, by `wsproto`, and how it ends.

Engine.IO would take one of `simple-websocket`. That reads ahead in a greenlet of its own, whatever the handler has
time for; keeps messages of any length; compresses, at a quarter of a megabyte a page; and waits for ever for a client
that does not hang up. Here what comes in is counted before it is parsed, and the next is read when the last is handled.
"""

import base64
import binascii
import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Lock
from typing import TYPE_CHECKING, Any

from wsproto.connection import Connection as WireProtocol
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

from storefront.limits.connections import Connection, Count, SocketRefusal
from storefront.limits.message_allowance import MessageAllowance, TooMuch
from storefront.web.live.caller import CONNECTION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16
READ_BYTES = 4_096
GOODBYE_SECONDS = 2.0
"""What a client is given to hang up after the goodbye."""

TURN = 8
"""After so many messages in a row, others have their turn."""

Later = Callable[..., object]
"""Calls a function after so many seconds: `gevent.spawn_later`."""


class WebSocket:
    """What Engine.IO reads from and writes to. ``idle`` is how long a client may be silent, in seconds."""

    def __init__(
        self,
        wire: socket,
        connection: Connection,
        allowance: MessageAllowance,
        later: Later,
        count_socket: Count,
        most_bytes: int,
        idle: float,
    ) -> None:
        self._count_refusal = count_socket
        self._wire = wire
        self._connection = connection
        self._allowance = allowance
        self._later = later
        self._most_bytes = most_bytes
        self._protocol = WireProtocol(ConnectionType.SERVER)
        self._parts: list[str | bytes] = []
        self._size = 0
        self._in_a_row = 0
        self._writing = Lock()
        self._is_open = True
        wire.settimeout(idle)

    def wait(self) -> str | bytes | None:
        """Return the next message, or None when the websocket has ended."""
        try:
            while self._is_open:
                message = self._parse()
                if message is not None:
                    return message
                if self._is_open:
                    self._read()
        except TooMuch as too_much:
            log.debug("A socket of %s was closed: %s", self._connection.network, too_much)
            self._count_refusal(SocketRefusal.TOO_MUCH)
            self.close(CloseReason.POLICY_VIOLATION, str(too_much))
        except (OSError, LocalProtocolError):
            self.close(CloseReason.GOING_AWAY)
        return None

    def send(self, message: str | bytes) -> None:
        """Send a message. Raises `OSError`."""
        if not self._is_open:
            raise OSError("The websocket is closed")
        self._write(BytesMessage(data=message) if isinstance(message, bytes) else TextMessage(data=message))

    def close(self, code: int = CloseReason.NORMAL_CLOSURE, reason: str | None = None) -> None:
        """Say goodbye, once, and hang up soon after, whether the client does or not."""
        if not self._is_open:
            return
        self._is_open = False
        self._later(GOODBYE_SECONDS, self._hang_up)
        with suppress(OSError, LocalProtocolError):
            self._write(CloseConnection(code, reason))

    def _read(self) -> None:
        read = self._wire.recv(READ_BYTES)
        if not read:
            raise OSError("The client is gone")
        self._count(size=len(read))
        self._protocol.receive_data(read)

    def _parse(self) -> str | bytes | None:
        """Return the next message of what was read, if all of it is there. Frames after it are left unparsed."""
        for event in self._protocol.events():
            if getattr(event, "frame_finished", True):
                self._count(messages=1)
            if isinstance(event, CloseConnection):
                self.close(event.code, event.reason)
                return None
            if isinstance(event, Ping):
                self._write(event.response())
            elif isinstance(event, TextMessage | BytesMessage):
                message = self._add(event)
                if message is not None:
                    return message
        return None

    def _add(self, part: TextMessage | BytesMessage) -> str | bytes | None:
        self._size += len(part.data)
        if self._size > self._most_bytes:
            self.close(CloseReason.MESSAGE_TOO_BIG, f"a message has {self._most_bytes} bytes at most")
            raise OSError("A message is too long")
        self._parts.append(part.data if isinstance(part.data, str) else bytes(part.data))
        if not part.message_finished:
            return None
        parts, self._parts, self._size = self._parts, [], 0
        # All parts of a message have its type.
        return ("" if isinstance(parts[0], str) else b"").join(parts)  # type: ignore[arg-type]

    def _count(self, *, messages: int = 0, size: int = 0) -> None:
        wait = self._allowance.take(self._connection, messages=messages, size=size)
        self._in_a_row += 1
        if wait or self._in_a_row >= TURN:
            self._in_a_row = 0
            time.sleep(wait)

    def _write(self, event: Event) -> None:
        # One after the other: a frame in the middle of another would be none.
        with self._writing:
            self._wire.sendall(self._protocol.send(event))

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._wire.shutdown(SHUT_RDWR)


class WebSockets:
    """Answers the opening handshake. Engine.IO calls it with a handler, and what it returns with each request."""

    def __init__(
        self, message_allowance: MessageAllowance, later: Later, count_socket: Count, most_bytes: int, idle: float
    ) -> None:
        self._options = message_allowance, later, count_socket, most_bytes, idle

    def __call__(
        self, handle: Callable[[WebSocket], object], _server: object
    ) -> Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]:
        """Return the WSGI application of one websocket."""

        def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            accept = accept_key(environ)
            if accept is None:
                start_response("400 BAD REQUEST", [("Content-Type", "text/plain"), ("Sec-WebSocket-Version", "13")])
                return [b"This is no handshake of a websocket.\n"]
            wire: Any = environ["gunicorn.socket"]
            wire.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            handle(WebSocket(wire, environ[CONNECTION], *self._options))
            # What gunicorn takes for a connection that is done with.
            raise StopIteration

        return serve


def accept_key(environ: "WSGIEnvironment") -> bytes | None:
    """Return the answer to a handshake's key; None if it is no handshake.

    >>> accept_key({"HTTP_SEC_WEBSOCKET_VERSION": "13", "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="})
    b's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    """
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        is_key = False
    if not is_key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return None
    return base64.b64encode(hashlib.sha1(f"{key}{GUID}".encode(), usedforsecurity=False).digest())
