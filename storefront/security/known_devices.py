"""Browsers in which an account has signed in before: a signed cookie that names them, and nobody else can make.

What strangers do to an account does not slow down its owner here. The cookie lets nobody in.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence

from flask import Response
from itsdangerous import BadData, URLSafeTimedSerializer

from storefront.cookie_scope import CookieScope

COOKIE = "riverfront_device"
MAX_AGE = 365 * 24 * 60 * 60
ACCOUNTS_KEPT = 5


class Devices:
    """Reads and writes the cookie.

    Parameters
    ----------
    keys
        The signing keys, oldest first: the last one signs, all are believed.
    secure, prefix
        Where the cookie goes (`CookieScope`).
    """

    def __init__(self, keys: Sequence[str], *, secure: bool, prefix: str = "") -> None:
        self._keys = list(keys)
        self._serializer = URLSafeTimedSerializer(self._keys, salt="device")
        self._scope = CookieScope(secure, prefix)
        self.cookie = f"__Secure-{COOKIE}" if secure else COOKIE

    def known(self, cookies: Mapping[str, str], email_key: str) -> str | None:
        """Return the device's name if this account has signed in on it before."""
        accounts = self._read(cookies)
        return next((accounts[mark] for mark in self._marks(email_key) if mark in accounts), None)

    def remember(self, response: Response, cookies: Mapping[str, str], email_key: str) -> None:
        """Let the browser prove from now on that this account has signed in on it. The last few accounts are kept."""
        marks = self._marks(email_key)
        others = {mark: name for mark, name in self._read(cookies).items() if mark not in marks}
        accounts = dict(list(others.items())[-(ACCOUNTS_KEPT - 1) :]) | {marks[-1]: secrets.token_hex(8)}
        value = self._serializer.dumps(accounts)
        text = value if isinstance(value, str) else value.decode()
        response.set_cookie(
            self.cookie,
            text,
            max_age=MAX_AGE,
            httponly=True,
            samesite="Lax",
            secure=self._scope.secure,
            path=f"{self._scope.prefix}/account",
        )

    def _read(self, cookies: Mapping[str, str]) -> dict[str, str]:
        try:
            accounts: object = self._serializer.loads(cookies.get(self.cookie, ""), max_age=MAX_AGE)
        except BadData:
            return {}
        return accounts if isinstance(accounts, dict) else {}

    def _marks(self, email_key: str) -> list[str]:
        # Keyed, so that the cookie does not tell the next person at this browser whose accounts these are.
        return [hmac.digest(key.encode(), b"device:" + email_key.encode(), "sha256").hex()[:16] for key in self._keys]
