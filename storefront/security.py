"""Headers that keep pages safe, and pages small: content security policy, no framing, no sniffing, gzip."""

import gzip
import re
import secrets
from io import BytesIO

from flask import Flask, Response, request

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+\Z")
_SMALL = 1_024
_MOST_PADDING = 50

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'{sockets}; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def bind(app: Flask, *, tls: bool) -> None:
    """Add the headers to every answer."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        picture = response.mimetype == "image/svg+xml"
        headers.setdefault("Content-Security-Policy", PICTURE_POLICY if picture else policy(request.host))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if tls:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "private, no-cache")
        return _packed(response)


def policy(host: str) -> str:
    """Return the content security policy; older browsers need the socket's address spelt out."""
    return POLICY.format(sockets=f" ws://{host} wss://{host}" if _HOST.match(host) else "")


def _compressed(page: bytes) -> bytes:
    """Pack a page under a file name of any length: what it says cannot be guessed from the packed page's size."""
    packed = BytesIO()
    name = secrets.token_hex(1 + secrets.randbelow(_MOST_PADDING))
    with gzip.GzipFile(name, "wb", 4, packed, mtime=0) as file:
        file.write(page)
    return packed.getvalue()


def _packed(response: Response) -> Response:
    if (
        response.mimetype not in {"text/html", "application/json"}
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or len(response.get_data()) < _SMALL
    ):
        return response
    response.set_data(_compressed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
