"""Gives answers that never change from memory: pictures, scripts, styles and fonts, whose addresses change with them.

A first page asks for a hundred pictures at once. If each were a request of Flask's, a click would wait behind them all.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTES = {"/pictures/": "/pictures/<name>.svg", "/static/": "/static/<path:name>"}
"""Where such answers are, and by what name they are counted."""

BYTES_KEPT = 32 * 1024 * 1024
_PARTIAL = ("HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")

Count = Callable[[str, float], None]
"""Told of each answer by its route, and how many seconds it took."""

Key = tuple[str, str, str, bool]


class _Answer(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Unchanging:
    """A WSGI application that keeps what another marks as immutable, and gives it again by itself.

    Parameters
    ----------
    application
        Flask, with everything that it adds to an answer.
    count
        Told of each answer that Flask was not asked for.
    limit
        Bytes kept at most; what was not asked for longest gives way.
    """

    def __init__(self, application: "WSGIApplication", count: Count, limit: int = BYTES_KEPT) -> None:
        self._application = application
        self._count = count
        self._limit = limit
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._bytes = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        started = time.perf_counter()
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        answer = self._answers.get(key)
        if answer is None:
            return self._ask(key, environ, start_response)
        self._answers.move_to_end(key)
        start_response(answer.status, list(answer.headers))
        self._count(ROUTES[_folder(environ)], time.perf_counter() - started)
        return (answer.body,)

    def _ask(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return start_response(status, headers, *error)

        parts = self._application(environ, note)
        status, headers = said[0] if said else ("", [])
        if not _never_changes(status, headers):
            return parts
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        lasting = [(name, value) for name, value in headers if name.lower() != "date"]
        self._keep(key, _Answer(status, lasting, body))
        return (body,)

    def _keep(self, key: Key, answer: _Answer) -> None:
        before = self._answers.pop(key, None)
        self._bytes += len(answer.body) - (len(before.body) if before else 0)
        self._answers[key] = answer
        while self._bytes > self._limit:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)


def _key(environ: "WSGIEnvironment") -> Key | None:
    """Return what an answer depends on; None where it is not for us."""
    is_whole = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    if not is_whole or _folder(environ) not in ROUTES or any(name in environ for name in _PARTIAL):
        return None
    accepts_packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    return environ["PATH_INFO"], environ.get("SCRIPT_NAME", ""), environ.get("HTTP_HOST", ""), accepts_packed


def _folder(environ: "WSGIEnvironment") -> str:
    """Return the first part of the path.

    >>> _folder({"PATH_INFO": "/static/js/shop.js"})
    '/static/'
    """
    path: str = environ.get("PATH_INFO", "")
    return path[: path.find("/", 1) + 1]


def _never_changes(status: str, headers: list[tuple[str, str]]) -> bool:
    said = {name.lower(): value for name, value in headers}
    return status.startswith("200") and "immutable" in said.get("cache-control", "") and "set-cookie" not in said
