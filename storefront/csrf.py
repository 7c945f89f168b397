"""A token in every form, so that no other site can act in a visitor's name.

It is bound to the visitor's cookie and masked afresh for each page: what it says cannot be guessed from the size of
a compressed page. Nothing is stored.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from flask import Request

from online_models.events import VisitorId

FIELD = "token"
_LENGTH = hashlib.sha256().digest_size


class FormTokens:
    """Makes and checks tokens."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(f"form:{secret}".encode()).digest()

    def make(self, visitor: VisitorId) -> str:
        """Return a token for the visitor's next form."""
        mask = secrets.token_bytes(_LENGTH)
        return urlsafe_b64encode(mask + _xor(mask, self._digest(visitor))).decode()

    def fits(self, visitor: VisitorId, token: str) -> bool:
        """Return whether this shop made the token for this visitor."""
        try:
            raw = urlsafe_b64decode(token.encode())
        except ValueError:
            return False
        if len(raw) != 2 * _LENGTH:
            return False
        return hmac.compare_digest(_xor(raw[:_LENGTH], raw[_LENGTH:]), self._digest(visitor))

    def _digest(self, visitor: VisitorId) -> bytes:
        return hmac.digest(self._key, visitor.encode(), "sha256")


def is_same_origin(request: Request) -> bool:
    """Return whether a request comes from this shop's own pages, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
