"""Who a visitor is to Riverfront: an account, or a session. And the token by which a page says so."""

import secrets
import time

import jwt
from django.conf import settings
from django.http import HttpRequest

SESSION_KEY = "riverfront_visitor"
TOKEN_SECONDS = 3_600


def account(user_id: int) -> str:
    """Return the visitor that an account is."""
    return f"customer-{user_id}"


def visitor_of(request: HttpRequest) -> str:
    """Return who sends a request. A session without an account is a visitor of its own, from its first page on."""
    if request.user.is_authenticated:
        return account(request.user.pk)
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = f"session-{secrets.token_hex(16)}"
    return str(request.session[SESSION_KEY])


def token_of(visitor: str) -> str:
    """Return a token that opens this visitor's lists, and nobody else's, for an hour."""
    claims = {"sub": visitor, "iss": settings.RIVERFRONT_BROWSER_KEY_NAME, "exp": int(time.time()) + TOKEN_SECONDS}
    return jwt.encode(claims, settings.RIVERFRONT_SIGNING_SECRET, algorithm="HS256")
