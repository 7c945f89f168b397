"""Engine.IO's server, as far as the shop uses it otherwise than it comes.

Its handlers are replaced through its own ``on``, and each session's ``schedule_ping`` by one that keeps no greenlet
asleep for each open page. One private part is used: ``_async``, Engine.IO's table of what its server runs on, which has
no public place for a websocket. What it gains: `websocket` says. `tests/storefront/web/live/test_engine.py` fails if an
upgrade changes it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from engineio.packet import PING, Packet
from socketio import Server
from socketio.packet import CONNECT, DISCONNECT, EVENT

from storefront.web.live.gate import SocketGate
from storefront.web.live.websocket import WebSockets

log = logging.getLogger(__name__)

SAID = tuple(str(kind) for kind in (CONNECT, DISCONNECT, EVENT))
"""How messages begin that pages send. They neither answer messages nor send bytes."""

UNREADABLE = (ValueError, TypeError, LookupError)
"""What python-socketio raises for an event that is none."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Joins one server to the gate before it."""

    server: Server
    gate: SocketGate
    websockets: WebSockets
    later: Callable[..., object]

    def bind(self) -> None:
        """Have the server work like this."""
        eio = self.server.eio
        eio._async = {**eio._async, "websocket": self.websockets}
        opened, closed, said = (eio.handlers[name] for name in ("connect", "disconnect", "message"))
        self.gate.end_session = self.end

        def open_(session: str, environ: dict[str, Any]) -> object:
            if not self.gate.opened(session, environ):
                return False
            eio.sockets[session].schedule_ping = partial(self.schedule_ping, eio.sockets[session])
            return opened(session, environ)

        def close(session: str, reason: str) -> None:
            self.gate.closed(session)
            closed(session, reason)

        def say(session: str, message: object) -> None:
            if not isinstance(message, str) or not message.startswith(SAID):
                return
            try:
                said(session, message)
            except UNREADABLE as error:
                log.debug("A message could not be read: %s", error)
            # Flask-SocketIO leaves its last request there, which nothing reads again.
            self.server.environ.get(session, {}).pop("werkzeug.request", None)

        eio.on("connect", open_)
        eio.on("disconnect", close)
        eio.on("message", say)

    def end(self, session: str) -> None:
        """End a session. Its client hears of it, if it listens."""
        connection = self.server.eio.sockets.get(session)
        if connection is not None:
            connection.close(wait=False)

    def schedule_ping(self, connection: Any) -> None:
        """Send a ping later, unless one is due. Engine.IO's own starts a thread to wait in."""
        if connection.last_ping:
            connection.last_ping = None
            self.later(self.server.eio.ping_interval, self._ping, connection)

    def _ping(self, connection: Any) -> None:
        if not connection.closing and not connection.closed:
            connection.last_ping = time.time()
            connection.send(Packet(PING))
