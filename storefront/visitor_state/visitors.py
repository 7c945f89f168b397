"""Who is asking: the account that is signed in, else a random visitor id in a signed cookie."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, Signer

from online_models.schema.events import VisitorId
from storefront.cookie_scope import CookieScope

COOKIE = "riverfront_visitor"
ONE_YEAR = 365 * 24 * 60 * 60
KEY_FILE = "signing-key"


class VisitorCookies:
    """Gives out visitor ids and reads them back, refusing what it did not sign.

    Parameters
    ----------
    secret
        The signing key, or several, oldest first: the last one signs, all are believed.
    secure, prefix
        Where the cookie goes (`CookieScope`).
    """

    def __init__(self, secret: str | Sequence[str], *, secure: bool, prefix: str = "") -> None:
        self._signer = Signer(secret if isinstance(secret, str) else list(secret), salt="visitor")
        self._scope = CookieScope(secure, prefix)
        self._signed_in: Callable[[], VisitorId | None] = _nobody
        self.cookie = self._scope.name(COOKIE)

    def ask_first(self, signed_in: Callable[[], VisitorId | None]) -> None:
        """Let an account that is signed in go before the cookie."""
        self._signed_in = signed_in

    def read(self, cookies: Mapping[str, str]) -> VisitorId | None:
        """Return the anonymous visitor of a request's cookies, or None if there is none that this shop signed."""
        try:
            return VisitorId(self._signer.unsign(cookies.get(self.cookie, "")).decode())
        except (BadSignature, UnicodeError):
            return None

    def sign(self, visitor: VisitorId) -> str:
        """Return the cookie's value for a visitor."""
        return self._signer.sign(visitor).decode()

    def set_cookie(self, response: Response, visitor: VisitorId) -> None:
        """Let the browser keep who it is for a year, out of reach of scripts and other sites."""
        response.set_cookie(
            self.cookie,
            self.sign(visitor),
            max_age=ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=self._scope.secure,
            path=self._scope.path,
        )

    def bind(self, app: Flask) -> None:
        """Give a new visitor the cookie with the first page that asked who they are."""

        @app.after_request
        def keep(response: Response) -> Response:
            if "new_visitor" in g:
                self.set_cookie(response, g.new_visitor)
                response.headers.add("Vary", "Cookie")
            return response

    def known(self) -> VisitorId | None:
        """Return the visitor of this request, if the browser brought one."""
        return self._signed_in() or self.read(request.cookies)

    def present(self) -> VisitorId:
        """Return the visitor of this request; a new one if the browser brought none."""
        if "visitor" not in g:
            g.visitor = self.known() or self.renew()
        known: VisitorId = g.visitor
        return known

    def renew(self) -> VisitorId:
        """Give the browser a new anonymous visitor, whatever it brought."""
        g.new_visitor = VisitorId(f"v{secrets.token_hex(12)}")
        renewed: VisitorId = g.new_visitor
        return renewed


def read_secret(secret: str, home: Path) -> str:
    """Return the signing key: the one given, else the one kept in the home folder, made at the first start."""
    if secret:
        return secret
    path = home / KEY_FILE
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    # Linked when it is whole: several storefronts may start at once, and each must read the same key.
    draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text().strip()


def _nobody() -> None:
    """Without accounts nobody is signed in."""
