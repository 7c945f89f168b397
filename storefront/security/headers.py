"""Headers that keep pages safe, and the refusal of requests for another host."""

import re
from collections.abc import Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.utils import host_is_trusted

from connections.picture_hosts import allowed_hosts
from storefront.security.compression import compressed

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
PRIVATE = ("/account", "/orders", "/ops")
"""Where pages say something about one person: no cache keeps them, nor does the browser after signing out."""

OPEN_TO_MACHINES = ("/healthz", "/metrics")


def bind(app: Flask, *, tls: bool, hosts: Sequence[str] = (), picture_hosts: Sequence[str] = ()) -> None:
    """Refuse foreign host names, and add the headers to every answer."""
    pictures = picture_sources(picture_hosts)

    @app.before_request
    def check_host() -> Response | None:
        if request.path.startswith(OPEN_TO_MACHINES) or is_own_host(_host(), hosts):
            return None
        return Response("This shop does not answer to that name.\n", 400, mimetype="text/plain")

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        picture = response.mimetype == "image/svg+xml"
        headers.setdefault("Content-Security-Policy", PICTURE_POLICY if picture else policy(_host(), pictures))
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if tls:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if is_private(request.path):
            headers["Cache-Control"] = "no-store"
        elif response.mimetype in {"text/html", "application/json"}:
            headers.setdefault("Cache-Control", "private, no-cache")
        return compressed(response)


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


def is_own_host(host: str, hosts: Sequence[str]) -> bool:
    """Return whether a request for this host is for this shop: any, unless the settings name some."""
    return not hosts or host_is_trusted(host, hosts)


def is_private(path: str) -> bool:
    """Return whether what stands at a path is for one person's eyes."""
    return any(path == start or path.startswith(f"{start}/") for start in PRIVATE)


def _host() -> str:
    try:
        return request.host
    except HTTPException:  # Characters that no host name has.
        return ""
