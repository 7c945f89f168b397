"""The gate before Engine.IO: who may open a connection, how many there may be, and how much may come in on one.

All of it is decided before Engine.IO makes anything of a request. A client that may not is told so in words, with the
time after which it is worth another try; the page's script waits that long.
"""

import io
import json
import logging
import math
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from engineio.packet import CLOSE, MESSAGE, PONG
from engineio.payload import Payload
from flask import Flask
from werkzeug.exceptions import HTTPException, RequestTimeout

from online_models.schema.events import VisitorId
from storefront.limits.client_address import network_of
from storefront.limits.connections import Connection, Connections, Count, SocketRefusal
from storefront.limits.message_allowance import MessageAllowance, TooMuch
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.caller import CONNECTION, Identify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/socket.io/"
JOIN_SECONDS = 10.0
"""What a connection is given to say CONNECT."""

LEAVE_SECONDS = 1.0
"""What a connection is given to close after DISCONNECT."""

RETRY_SECONDS = 30
PACKET_SEPARATOR = b"\x1e"
PACKET_TYPES = tuple(str(kind).encode() for kind in (CLOSE, PONG, MESSAGE))
"""What pages send without a websocket. Over any other Engine.IO would wait for a client that need not come."""
Payload.max_decode_packets = 64
"""The whole queue of a page that comes back without a websocket may be in one request."""


def by_cookie(app: Flask, visitors: VisitorCookies) -> Identify:
    """Believe the shop's own cookies."""

    def identify(environ: "WSGIEnvironment") -> VisitorId | None:
        if not environ.get("HTTP_COOKIE"):
            return None
        try:
            with app.request_context(environ):
                return visitors.known()
        except HTTPException:
            return None
        finally:
            # Flask leaves its request there, and a socket's environment lasts as long as the page.
            environ.pop("werkzeug.request", None)

    return identify


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a client does not get through, in words, and in how many seconds it may try again."""

    status: HTTPStatus
    why: str
    retry_after: int = 0

    def answer(self, start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request with it."""
        body = json.dumps({"message": self.why, "retry_after": self.retry_after}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        headers += [("Cache-Control", "no-store")]
        if self.retry_after:
            headers += [("Retry-After", str(self.retry_after))]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [body]


WORDS = {
    SocketRefusal.UNKNOWN_VISITOR: "Open a page of the shop first: it sets the cookie that this needs.",
    SocketRefusal.OPENED_TOO_OFTEN: "Too many connections were opened from your network.",
    SocketRefusal.VISITOR_FULL: "You have too many pages open.",
    SocketRefusal.NETWORK_FULL: "Too many pages are open in your network.",
    SocketRefusal.SHOP_FULL: "Too many pages are open at the moment.",
}
STATUS = {
    SocketRefusal.UNKNOWN_VISITOR: HTTPStatus.UNAUTHORIZED,
    SocketRefusal.SHOP_FULL: HTTPStatus.SERVICE_UNAVAILABLE,
}
TOO_LONG = Denial(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too long.")
TOO_SLOW = Denial(HTTPStatus.REQUEST_TIMEOUT, "That came too slowly.")
GONE = Denial(HTTPStatus.BAD_REQUEST, "There is no such connection.")
ONE_AT_A_TIME = Denial(HTTPStatus.BAD_REQUEST, "One request of a kind at a time.")
NO_PAYLOAD = Denial(HTTPStatus.BAD_REQUEST, "That is no payload of Engine.IO.")


class SocketGate:
    """A WSGI application before Engine.IO's. All other requests pass.

    Attributes
    ----------
    end_session
        Ends one of Engine.IO's sessions.
    away_from_pages
        Encloses a request that lasts as long as a page is open, so that the server counts it apart from the others.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        identify: Identify,
        connections: Connections,
        message_allowance: MessageAllowance,
        later: Callable[..., object],
        count_socket: Count,
        most_bytes: int,
    ) -> None:
        self._application = application
        self._identify = identify
        self._connections = connections
        self._allowance = message_allowance
        self._later = later
        self._count = count_socket
        self._most_bytes = most_bytes
        self._sessions: dict[str, Connection] = {}
        self.end_session: Callable[[str], None] = lambda _session: None
        self.away_from_pages: Callable[[], AbstractContextManager[object]] = nullcontext

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if not str(environ.get("PATH_INFO", "")).startswith(PATH):
            return self._application(environ, start_response)
        # As Engine.IO reads it.
        query = parse_qs(environ.get("QUERY_STRING", ""))
        is_websocket = query.get("transport", [""])[0] == "websocket"
        method = environ["REQUEST_METHOD"]
        if "sid" in query:
            connection = self._sessions.get(query["sid"][0])
            if connection is None:
                return GONE.answer(start_response)
            return self._go_on(connection, "upgrade" if is_websocket else method, environ, start_response)
        if method != "GET":
            return self._application(environ, start_response)
        admitted = self._admit(environ)
        if isinstance(admitted, Denial):
            return admitted.answer(start_response)
        environ[CONNECTION] = admitted
        try:
            return self._serve(is_websocket, environ, start_response)
        finally:
            if is_websocket or admitted.session is None:
                self.end(admitted)

    def opened(self, session: str, environ: "WSGIEnvironment") -> bool:
        """Note that Engine.IO has made a session of a connection that was admitted; say no to any other."""
        connection: Connection | None = environ.get(CONNECTION)
        if connection is None or connection.session is not None:
            return False
        connection.session = session
        self._sessions[session] = connection
        self._later(JOIN_SECONDS, self._end_unless_joined, connection)
        return True

    def closed(self, session: str) -> None:
        """Note that a session has ended."""
        connection = self._sessions.pop(session, None)
        if connection is not None:
            self._connections.release(connection)

    def left(self, connection: Connection) -> None:
        """Note that a page has said DISCONNECT, or was disconnected."""
        connection.is_joined = False
        if connection.session in self._sessions:
            self._later(LEAVE_SECONDS, self._end_unless_joined, connection)

    def end(self, connection: Connection) -> None:
        """End a connection, if it has not ended."""
        if connection.session in self._sessions:
            self.end_session(str(connection.session))
            self.closed(str(connection.session))
        self._connections.release(connection)

    def _end_unless_joined(self, connection: Connection) -> None:
        if not connection.is_joined and connection.session in self._sessions:
            self._count(SocketRefusal.NOT_JOINED)
            self.end(connection)

    def _admit(self, environ: "WSGIEnvironment") -> Connection | Denial:
        visitor, network = self._identify(environ), network_of(environ.get("REMOTE_ADDR"))
        if visitor is None:
            return self._refuse(SocketRefusal.UNKNOWN_VISITOR, retry_after=0)
        if wait := self._allowance.open(network):
            return self._refuse(SocketRefusal.OPENED_TOO_OFTEN, math.ceil(wait))
        admitted = self._connections.admit(visitor, network)
        return admitted if isinstance(admitted, Connection) else self._refuse(admitted, RETRY_SECONDS)

    def _refuse(self, reason: SocketRefusal, retry_after: int) -> Denial:
        self._count(reason)
        return Denial(STATUS.get(reason, HTTPStatus.TOO_MANY_REQUESTS), WORDS[reason], retry_after)

    def _go_on(
        self, connection: Connection, kind: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass on a request of an open session: at a time one that waits, one that sends and one that upgrades."""
        if kind in connection.under_way:
            return ONE_AT_A_TIME.answer(start_response)
        connection.under_way |= {kind}
        try:
            if kind == "POST" and (denial := self._read(connection, environ)):
                return denial.answer(start_response)
            environ[CONNECTION] = connection
            if kind == "POST":
                return self._application(environ, start_response)
            return self._serve(kind == "upgrade", environ, start_response)
        finally:
            connection.under_way -= {kind}

    def _read(self, connection: Connection, environ: "WSGIEnvironment") -> Denial | None:
        """Count what a page sends without a websocket, and leave it to Engine.IO; or refuse it."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > self._most_bytes:
            self.end(connection)
            return TOO_LONG
        try:
            wait = self._allowance.take(connection, size=int(length))
            body = environ["wsgi.input"].read(int(length))
            packets = body.split(PACKET_SEPARATOR)
            wait = max(wait, self._allowance.take(connection, messages=len(packets)))
        except RequestTimeout:
            self.end(connection)
            return TOO_SLOW
        except TooMuch as too_much:
            log.debug("A connection from %s was closed: %s", connection.network, too_much)
            self._count(SocketRefusal.TOO_MUCH)
            self.end(connection)
            return Denial(HTTPStatus.TOO_MANY_REQUESTS, str(too_much), RETRY_SECONDS)
        if not _is_payload(body, packets):
            self.end(connection)
            return NO_PAYLOAD
        time.sleep(wait)
        environ["wsgi.input"] = io.BytesIO(body)
        return None

    def _serve(
        self, is_websocket: bool, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        with self.away_from_pages():
            try:
                return self._application(environ, start_response)
            except StopIteration:  # Says that gunicorn's connection was taken over, and has ended.
                raise
            except Exception as error:
                if not is_websocket:
                    raise
                # Engine.IO reads packets without a net: most likely one was none.
                log.debug("A connection from %s was closed: %s", environ[CONNECTION].network, error)
                self._count(SocketRefusal.UNREADABLE)
                self.end(environ[CONNECTION])
                raise StopIteration from None


def _is_payload(body: bytes, packets: list[bytes]) -> bool:
    """Say whether a body is text, of no more packets than a page has, each of a type that pages send."""
    try:
        # Engine.IO would log a traceback for each body that is none.
        body.decode()
    except UnicodeDecodeError:
        return False
    return len(packets) <= Payload.max_decode_packets and all(packet[:1] in PACKET_TYPES for packet in packets)
