"""The gunicorn worker that answers: gevent's, which closes idle connections as soon as it has to end.

Browsers keep connections open between requests, and pages keep their socket for hours. A worker that waited for them
would be killed in the end, with whatever it had not yet sent or written down. A connection that was just opened is
another matter: its request is on its way, and a proxy may not send it twice.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from socket import SHUT_RD, socket
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import gevent
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.ggevent import GeventWorker

from storefront.limits.page_places import PagePlaces, Place

GRACE_SECONDS = 3
"""What requests under way are given. gunicorn's own ``graceful_timeout`` must leave room for it, and more."""

GOODBYE_SECONDS, GOODBYES = 0.5, 4

SEND_SECONDS = 30
"""What a client is given to read an answer."""

REFUSAL_SECONDS = 1.0
REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 47\r\nRetry-After: 2\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\nToo many connections at the moment: try again.\n"
)

FIRST_REQUEST_SECONDS = 0.5
"""What a connection that was just opened is given to send its request."""


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Answers requests until it is asked to end; then closes idle connections and sockets, and lets requests finish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: set[gevent.Greenlet] = set()
        self._served: WeakSet[gevent.Greenlet] = WeakSet()
        self._places_of: WeakKeyDictionary[gevent.Greenlet, Place] = WeakKeyDictionary()

    def run(self) -> None:
        """Answer until asked to end."""
        self.cfg.set("graceful_timeout", GRACE_SECONDS)
        super().run()

    def notify(self) -> None:
        """Tell the master that this worker is alive; with the master gone, end as if asked to.

        gunicorn's own would end at once, and cut off the answers under way.
        """
        if self.alive and self.ppid != os.getppid():
            self.log.info("The master is gone, shutting down: %s", self)
            self.handle_exit(signal.SIGTERM, None)
        self.tmp.notify()

    def open_places(self, most: int, *, has_proxy: bool) -> None:
        """Give connections so many places. One network has half of them at most, unless it is that of a proxy."""
        # Imported late: it loads Flask, which gevent has to have patched for.
        from storefront.limits.client_address import network_of

        self._network_of = network_of
        self._places = PagePlaces(most, most if has_proxy else max(most // 2, 1))

    def handle(self, listener: Any, client: Any, address: Any) -> None:
        """Answer what comes on one connection, if there is a place for it, now or within a second."""
        network = self._network_of(address[0] if isinstance(address, tuple) else None)
        place = Place(network, partial(_end_input, client))
        if not self._places.take_soon(place, gevent.sleep):
            _refuse(client)
            return
        self._places_of[gevent.getcurrent()] = place
        try:
            super().handle(listener, client, address)
        finally:
            self._places.leave(place)

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """Wait for the next request of a connection, no longer than ``keepalive``."""
        is_first = gevent.getcurrent() not in self._served
        seconds = self.cfg.keepalive if self.alive else FIRST_REQUEST_SECONDS if is_first else 0
        with self._noted(), self.waiting(), gevent.Timeout(seconds, False):
            yield
        self._served.add(gevent.getcurrent())

    def waiting(self) -> AbstractContextManager[None]:
        """Return what encloses waiting for the client of this greenlet's connection."""
        return self._places.waiting(self._places_of[gevent.getcurrent()])

    def away_from_pages(self) -> AbstractContextManager[None]:
        """Return what encloses a request that lasts as long as a page is open: it takes none of the places."""
        return self._places.away(self._places_of[gevent.getcurrent()])

    def handle_request(self, listener: Any, request: Any, connection: Any, address: Any) -> None:
        """Answer one request, which for a socket lasts as long as the page is open."""
        is_socket = any((name, value.lower()) == ("UPGRADE", "websocket") for name, value in request.headers)
        connection.settimeout(SEND_SECONDS)
        try:
            with self._noted() if is_socket else nullcontext():
                super().handle_request(listener, request, connection, address)
        except TimeoutError:
            self.log.debug("A client took more than %s s to read an answer", SEND_SECONDS)
            raise StopIteration from None
        connection.settimeout(None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take no more requests, and let go of who only waits."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._let_go)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        waiting = gevent.getcurrent()
        self._waiting.add(waiting)
        try:
            yield
        finally:
            self._waiting.discard(waiting)

    def _let_go(self) -> None:
        server = self.wsgi.extensions["socketio"].server
        # More than once: until gunicorn stops accepting, which takes up to a second, other pages open a socket.
        for number in range(GOODBYES):
            goodbyes = [gevent.spawn(page.close, wait=False) for page in list(server.eio.sockets.values())]
            gevent.joinall(goodbyes, timeout=GOODBYE_SECONDS)
            # A page that sleeps does not answer the goodbye.
            gevent.killall([one for one in self._waiting if one in self._served], NoMoreData, block=False)
            gevent.sleep(FIRST_REQUEST_SECONDS)
            if number == 0:
                # Those that are accepted later have a short limit of their own.
                gevent.killall([one for one in self._waiting if one not in self._served], NoMoreData, block=False)


def _end_input(client: Any) -> None:
    """Let whoever reads from a connection find its end. An answer that is under way is sent all the same."""
    # By a twin: gevent's own `shutdown` raises an error in whoever waits.
    with suppress(OSError), socket(fileno=os.dup(client.fileno())) as twin:
        twin.shutdown(SHUT_RD)


def _refuse(client: Any) -> None:
    with suppress(OSError):
        client.settimeout(REFUSAL_SECONDS)
        client.sendall(REFUSAL)
        client.close()
