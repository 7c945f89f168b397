"""Reads parts of a path that hold quoted slashes, which servers unquote before they are split."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from storefront.web.rendering.one_segment import with_own_segments

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_QUOTED = re.compile(r"(?i)%(?:2e|2f|3d|5c)")
_HOST = re.compile(r"[A-Za-z]+://[^/?#]*")


class OwnSegments:
    """A WSGI application before another one, for which it writes such parts as the shop's own addresses have them.

    Without the address as it came (``RAW_URI``, as gunicorn and Werkzeug give it) the path stays as it is.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        came = environ.get("RAW_URI", "")
        if "%" in came and _QUOTED.search(came):
            environ["PATH_INFO"] = _path(_HOST.sub("", came, count=1).partition("?")[0], environ)
        return self._application(environ, start_response)


def _path(came: str, environ: "WSGIEnvironment") -> str:
    path: str = environ.get("PATH_INFO", "")
    written = _as_wsgi(with_own_segments(came))
    for before in {"", environ.get("SCRIPT_NAME", "")}:
        if _as_wsgi(unquote(came, errors="surrogateescape")) == before + path and written.startswith(before):
            return written[len(before) :]
    return path


def _as_wsgi(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
