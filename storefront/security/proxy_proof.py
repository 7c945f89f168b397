"""Whose word on the client counts: that of a proxy which proves that it is the shop's own.

Storefronts behind one listen at ports that every user of the machine reaches. Who knows no secret is who connects.
"""

from collections.abc import Iterable
from hmac import compare_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Riverfront-Proxy"
_PROOF = f"HTTP_{HEADER.upper().replace('-', '_')}"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class ProxyProof:
    """A WSGI application before what believes proxies: it drops what anybody else says of the client."""

    def __init__(self, application: "WSGIApplication", secret: str) -> None:
        self._application = application
        self._secret = secret.encode()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        proof = str(environ.pop(_PROOF, ""))
        if not compare_digest(proof.encode("latin-1"), self._secret):
            for name in _FORWARDED:
                environ.pop(name, None)
        return self._application(environ, start_response)
