"""Ends requests whose body drips in: a connection is not held for longer than an honest client needs.

Slow headers are ended by gunicorn itself, after its ``keepalive``.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from werkzeug.exceptions import RequestTimeout

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 20.0

Within = Callable[[float, type[Exception]], AbstractContextManager[object]]
"""Raises the error in the block after so many seconds: `gevent.Timeout`."""


class SlowBodies:
    """A WSGI application whose input must be there in time; else reading it is a 408.

    ``waiting`` encloses each read, so that the server knows that the request waits for its client.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        within: Within,
        seconds: float = SECONDS,
        waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._application = application
        self._within = within
        self._seconds = seconds
        self._waiting = waiting

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if "wsgi.input" in environ:
            deadline = time.monotonic() + self._seconds
            environ["wsgi.input"] = Body(environ["wsgi.input"], self._within, deadline, self._waiting)
        return self._application(environ, start_response)


class Body:
    """A request's body, all of whose reads together end at a deadline."""

    def __init__(
        self,
        body: BinaryIO,
        within: Within,
        deadline: float,
        waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._waiting = waiting
        self._within = within
        self._deadline = deadline
        self.read, self.readline, self.readlines = (
            partial(self._in_time, read) for read in (body.read, body.readline, body.readlines)
        )

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _in_time(self, read: Callable[..., Any], *size: int) -> Any:
        with self._waiting(), self._within(max(self._deadline - time.monotonic(), 0.001), RequestTimeout):
            return read(*size)
