"""Headers that keep pages safe."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from connections.picture_hosts import allowed_hosts
from storefront.security.compression import compressed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+\Z")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; font-src 'self'; "
    "connect-src 'self'{sockets}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types riverfront"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FEATURES = (
    "accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
)  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}
PRIVATE = ("/account", "/basket", "/orders", "/ops")
"""Where pages say something about one person: no cache keeps them, nor does the browser after signing out."""

_MARK = "x-content-type-options"
"""Whatever has this header has them all."""

HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def bind(app: Flask, *, tls: bool, picture_hosts: Sequence[str] = ()) -> None:
    """Add the headers to every answer of Flask's."""
    pictures = picture_sources(picture_hosts)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _policy_of(response.mimetype, pictures))
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if tls:
            headers.setdefault(*HSTS)
        if is_private(request.path):
            headers["Cache-Control"] = "no-store"
        elif response.mimetype in {"text/html", "application/json"}:
            headers.setdefault("Cache-Control", "private, no-cache")
        return compressed(response)


class OtherAnswers:
    """A WSGI application that adds the headers to what another one answers without Flask, as Socket.IO does."""

    def __init__(self, application: "WSGIApplication", *, tls: bool) -> None:
        self._application = application
        self._headers = plain_headers(tls=tls)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in headers}
            if _MARK not in there:
                headers = headers + [one for one in self._headers if one[0].lower() not in there]
            return start_response(status, headers, *error)

        return self._application(environ, start)


def plain_headers(*, tls: bool) -> list[tuple[str, str]]:
    """Return the headers of an answer that is no page: nothing of it may be run, shown in a frame or kept."""
    headers = [("Content-Security-Policy", policy("")), *HEADERS.items(), ("Cache-Control", "no-store")]
    return [*headers, HSTS] if tls else headers


def policy(host: str, pictures: str = "") -> str:
    """Return the content security policy; older browsers need the socket's address spelt out.

    Pictures come from the shop itself, and from ``pictures``: `picture_sources`.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.match(host) else ""
    return POLICY.format(sockets=sockets, pictures=pictures)


def picture_sources(hosts: Sequence[str]) -> str:
    """Return the policy's sources of pictures on hosts that settings name.

    >>> picture_sources(["cdn.example.com", ".pictures.example"])
    ' https://cdn.example.com https://*.pictures.example'
    """
    return "".join(f" https://{'*' if name.startswith('.') else ''}{name}" for name in allowed_hosts(hosts))


def _policy_of(mimetype: str | None, pictures: str) -> str:
    if mimetype == "image/svg+xml":
        return PICTURE_POLICY
    # Pages alone open sockets. What is cached for everybody must not repeat by which name one of them came.
    return policy(_host() if mimetype == "text/html" else "", pictures)


def is_private(path: str) -> bool:
    """Return whether what stands at a path is for one person's eyes."""
    return any(path == start or path.startswith(f"{start}/") for start in PRIVATE)


def _host() -> str:
    try:
        return request.host
    except HTTPException:  # Characters that no host name has.
        return ""
