"""Where the API stands beside the shop: the same process, and none of the shop's cookies, sessions and hooks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/api/v1"
PATH = "riverfront.path"
"""The key of the whole path in a request's environment, as it was sent."""


class Mount:
    """A WSGI application that hands what is below `PREFIX` to the API, and all else to the shop.

    The API gets its path as it was sent, with escapes: an id with a slash in it, ``a%2Fb``, stays one segment.
    """

    def __init__(self, api: "WSGIApplication", shop: "WSGIApplication") -> None:
        self._api = api
        self._shop = shop

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or path[len(PREFIX) : len(PREFIX) + 1] not in {"", "/"}:
            return self._shop(environ, start_response)
        sent = _path_sent(environ) or path
        environ[PATH] = sent
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
        environ["PATH_INFO"] = sent.partition(PREFIX)[2] or "/"
        return self._api(environ, start_response)


def _path_sent(environ: "WSGIEnvironment") -> str:
    """Return the path as the client wrote it, if the server says; empty where even the prefix is escaped."""
    sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    path = sent.partition("?")[0]
    if "://" in path.partition(PREFIX)[0]:  # the absolute form, as to a proxy
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path if PREFIX in path else ""
