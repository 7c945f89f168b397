"""Caches immutable responses in memory: pictures, scripts, styles and fonts, whose URLs change with their content.

A first page asks for a hundred pictures at once. Each takes 3.07 times the processor time if Flask answers it
(`python -m benchmarks.rendering`), and a click waits behind them all.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.datastructures import Headers

from storefront.byte_cache import ByteCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTES = {"/pictures/": "/pictures/<name>.svg", "/static/": "/static/<path:name>"}
"""Where such responses are, and the route under which they are counted."""

MOST_BYTES = 32 * 1024 * 1024
HEADER_BYTES = 150
"""What Python takes for a header beside its letters."""

_PARTIAL = ("HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")

Count = Callable[[str, float], None]
"""Counts a response by its route and the seconds that it took."""

Key = tuple[str, bool]
"""The path, and whether the client can unpack. Nothing else of a request may choose what is kept."""


class _Response(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class ResponseCache:
    """A WSGI application that caches the responses that another one marks as immutable.

    Parameters
    ----------
    application
        Flask, with everything that it adds to a response.
    count
        Counts each response that Flask was not asked for.
    limit
        The most bytes of bodies, headers and paths; the least recently used response goes first.
    """

    def __init__(self, application: "WSGIApplication", count: Count, limit: int = MOST_BYTES) -> None:
        self._application = application
        self._count = count
        self._responses: ByteCache[Key, _Response] = ByteCache(limit, _size_of)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        started = time.perf_counter()
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        response = self._responses.get(key)
        if response is None:
            return self._ask(key, environ, start_response)
        start_response(response.status, list(response.headers))
        self._count(ROUTES[_folder(environ)], time.perf_counter() - started)
        return (response.body,)

    def _ask(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, headers = "", []

        def start(*started: Any) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = started[:2]
            return start_response(*started)

        parts = self._application(environ, start)
        if not _is_immutable(status, headers):
            return parts
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        lasting = [(name, value) for name, value in headers if name.lower() != "date"]
        self._responses.put(key, _Response(status, lasting, body))
        return (body,)


def _key(environ: "WSGIEnvironment") -> Key | None:
    """Return what a response depends on; None if it is not cacheable."""
    is_whole = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    if not is_whole or _folder(environ) not in ROUTES or any(name in environ for name in _PARTIAL):
        return None
    accepts_gzip = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    return environ["PATH_INFO"], accepts_gzip


def _size_of(key: Key, response: _Response) -> int:
    headers = sum(len(name) + len(value) + HEADER_BYTES for name, value in response.headers)
    return len(key[0]) + headers + len(response.body)


def _folder(environ: "WSGIEnvironment") -> str:
    """Return the first part of the path.

    >>> _folder({"PATH_INFO": "/static/js/shop.js"})
    '/static/'
    """
    path: str = environ.get("PATH_INFO", "")
    return path[: path.find("/", 1) + 1]


def _is_immutable(status: str, headers: list[tuple[str, str]]) -> bool:
    sent = Headers(headers)
    return status.startswith("200") and "immutable" in sent.get("Cache-Control", "") and "Set-Cookie" not in sent
