"""The gunicorn worker that answers: gevent's, which closes idle connections as soon as it has to end.

Browsers keep connections open between requests, and pages keep their socket for hours. A worker that waited for them
would be killed in the end, with whatever it had not yet sent or written down. A connection that was just opened is
another matter: its request is on its way, and a proxy may not send it twice.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any
from weakref import WeakSet

import gevent
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.ggevent import GeventWorker

GRACE_SECONDS = 3
"""What requests under way are given. gunicorn's own ``graceful_timeout`` must leave room for it, and more."""

GOODBYE_SECONDS, GOODBYES = 0.5, 4

FIRST_REQUEST_SECONDS = 0.5
"""What a connection that was just opened is given to send its request."""


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Answers requests until it is asked to end; then closes idle connections and sockets, and lets requests finish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: set[gevent.Greenlet] = set()
        self._served: WeakSet[gevent.Greenlet] = WeakSet()

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

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """Wait for the next request of a connection, no longer than ``keepalive``."""
        is_first = gevent.getcurrent() not in self._served
        seconds = self.cfg.keepalive if self.alive else FIRST_REQUEST_SECONDS if is_first else 0
        with self._noted(), gevent.Timeout(seconds, False):
            yield
        self._served.add(gevent.getcurrent())

    def handle_request(self, listener: Any, request: Any, connection: Any, address: Any) -> None:
        """Answer one request, which for a socket lasts as long as the page is open."""
        is_socket = any((name, value.lower()) == ("UPGRADE", "websocket") for name, value in request.headers)
        with self._noted() if is_socket else nullcontext():
            super().handle_request(listener, request, connection, address)

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
