"""Ready lists without Flask, whose request, contexts and answer cost as much as the list itself.

Only lists come from here. Whatever else is to be said, to whoever brings no key or asks for what is not there, Flask
says.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from storefront.api.answers import JSON, encode, tag_of
from storefront.api.application import OPEN_TO_ALL
from storefront.api.keys.credentials import Credentials
from storefront.api.mount import PREFIX
from storefront.api.reading import query_of, read_path
from storefront.api.route import Call, Route

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Count = Callable[[str, float], None]
"""Counts an answer of a route, and the seconds that it took."""

Answer = tuple[str, list[tuple[str, str]], bytes]

_OK, _UNCHANGED = "200 OK", "304 NOT MODIFIED"


class FastLane:
    """A WSGI application that answers with ready lists, and hands all other requests to the API's own."""

    def __init__(self, api: "WSGIApplication", routes: Iterable[Route], credentials: Credentials, count: Count) -> None:
        self._api = api
        self._credentials = credentials
        self._count = count
        self._routes = [(route.path.split("/"), route) for route in routes if route.is_ready]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        answer = self._find(environ) if environ["REQUEST_METHOD"] == "GET" else None
        if answer is None:
            return self._api(environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return (body,)

    def _find(self, environ: "WSGIEnvironment") -> Answer | None:
        segments = environ["PATH_INFO"].split("/")
        for parts, route in self._routes:
            sent = _parameters(parts, segments)
            if sent is not None:
                started = time.perf_counter()
                answer = self._answer(environ, route, sent)
                if answer is not None:
                    self._count(PREFIX + route.rule, time.perf_counter() - started)
                return answer
        return None

    def _answer(self, environ: "WSGIEnvironment", route: Route, sent: dict[str, str]) -> Answer | None:
        """Return the answer; None where there is anything but a list to answer with."""
        kind, _, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        key = None
        try:
            grant = self._credentials.read(text.strip())
            if (
                grant is None
                or not grant.key.scope.opens(route.scope)
                or not grant.key.allows(environ.get("HTTP_ORIGIN"))
            ):
                return None
            path = {name: read_path(name, value) for name, value in sent.items()}
            query = _read_query(route.query, environ.get("QUERY_STRING", ""))
            named = path.get("visitor", getattr(query, "visitor", None))
            if (named is not None and not grant.covers(named)) or self._credentials.key_ring.charge(grant.key):
                return None
            key = grant.key
            body = encode(route.handle(Call(grant=grant, query=query), **path))
        except Exception:  # noqa: BLE001 - Flask does it again, and says what is wrong
            if key is not None:
                self._credentials.key_ring.give_back(key, 1)
            return None
        return _answer_of(body, environ.get("HTTP_IF_NONE_MATCH", ""))


def _parameters(parts: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """Return the parameters of a path by name; None if it is not the route's.

    >>> _parameters(["", "items", "{item}", "similar"], ["", "items", "a%2Fb", "similar"])
    {'item': 'a%2Fb'}
    """
    if len(parts) != len(segments):
        return None
    found = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith("{") and segment:
            found[part[1:-1]] = segment
        elif part != segment:
            return None
    return found


@lru_cache(maxsize=1_024)
def _read_query(kind: Any, text: str) -> Any:
    """Return a query as a struct: the same few are asked again and again. Raises `Problem`, `ValueError`."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.encode("ascii").decode(), keep_blank_values=True, errors="strict"):
        values.setdefault(name, []).append(value)
    return query_of(kind, values.items())


def _answer_of(body: bytes, known: str) -> Answer:
    tag = tag_of(body)
    headers = [*OPEN_TO_ALL, ("ETag", tag), ("Cache-Control", "private, no-cache")]
    if known and (tag in known or known.strip() == "*"):
        return _UNCHANGED, headers, b""
    return _OK, [*headers, ("Content-Type", JSON), ("Content-Length", str(len(body)))], body
