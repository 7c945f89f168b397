"""Where a request says that it comes from, compared with where the shop is: scheme, host and port.

A page over plain HTTP can be written by anybody on the way to the browser. To a shop over HTTPS it is another site,
even under the shop's own name.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_DEFAULT_PORTS = {"http": 80, "https": 443}


class OverHttps:
    """A WSGI application that is served over HTTPS, by whatever stands in front of it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        environ["wsgi.url_scheme"] = "https"
        return self._application(environ, start_response)


def is_own_address(address: str | None, request: Request) -> bool:
    """Return whether an ``Origin`` or ``Referer`` is of the shop itself."""
    try:
        return _is_same(address or "", request.scheme, request.host)
    except HTTPException:  # Characters that no host name has.
        return False


def is_own_origin(origin: str, environ: Any) -> bool:
    """Return the same for Socket.IO, which has no request yet."""
    return is_own_address(origin, Request(environ))


def _is_same(address: str, scheme: str, host: str) -> bool:
    try:
        theirs, own = urlsplit(address), urlsplit(f"{scheme}://{host}")
        ports = [parts.port or _DEFAULT_PORTS.get(parts.scheme) for parts in (theirs, own)]
    except ValueError:
        return False
    if not theirs.hostname or theirs.hostname != own.hostname or "@" in theirs.netloc:
        return False
    # A shop that does not know that it is over HTTPS is not safer for refusing its own pages.
    is_same_port = ports[0] == ports[1] or (theirs.scheme, ports[0], ports[1]) == ("https", 443, 80)
    return is_same_port and (theirs.scheme == own.scheme or (theirs.scheme, own.scheme) == ("https", "http"))
