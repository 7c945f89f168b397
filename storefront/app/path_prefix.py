"""The path below which the shop is reached, such as ``/shop``, where its host has other things, too."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PathPrefix:
    """A WSGI application below a prefix, which a proxy before it may have taken off already."""

    def __init__(self, application: "WSGIApplication", prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ.get("PATH_INFO", "")
        if path == self._prefix:
            query = environ.get("QUERY_STRING", "")
            location = f"{self._prefix}/{'?' if query else ''}{query}"
            start_response("308 Permanent Redirect", [("Location", location), ("Content-Length", "0")])
            return ()
        environ["PATH_INFO"] = path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path
        environ["SCRIPT_NAME"] = self._prefix
        return self._application(environ, start_response)
