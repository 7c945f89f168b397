"""Who is asking: a random visitor id in a signed cookie. Accounts are another matter."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, Signer

from online_models.events import VisitorId

COOKIE = "riverfront_visitor"
ONE_YEAR = 365 * 24 * 60 * 60
KEY_FILE = "signing-key"


class Visitors:
    """Gives out visitor ids and reads them back, refusing what it did not sign.

    Parameters
    ----------
    secret
        The signing key, or several, oldest first: the last one signs, all are believed.
    """

    def __init__(self, secret: str | Sequence[str], *, secure: bool) -> None:
        self._signer = Signer(secret if isinstance(secret, str) else list(secret), salt="visitor")
        self._secure = secure

    def read(self, cookies: Mapping[str, str]) -> VisitorId | None:
        """Return the visitor of a request's cookies, or None if there is none that this shop signed."""
        try:
            return VisitorId(self._signer.unsign(cookies.get(COOKIE, "")).decode())
        except (BadSignature, UnicodeError):
            return None

    def sign(self, visitor: VisitorId) -> str:
        """Return the cookie's value for a visitor."""
        return self._signer.sign(visitor).decode()

    def set_cookie(self, response: Response, visitor: VisitorId) -> None:
        """Let the browser keep who it is for a year, out of reach of scripts and other sites."""
        response.set_cookie(
            COOKIE, self.sign(visitor), max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=self._secure
        )

    def bind(self, app: Flask) -> None:
        """Give a new visitor the cookie with the first page that asked who they are."""

        @app.after_request
        def keep(response: Response) -> Response:
            if "new_visitor" in g:
                self.set_cookie(response, g.new_visitor)
                response.headers.add("Vary", "Cookie")
            return response

    def present(self) -> VisitorId:
        """Return the visitor of this request; a new one if the browser brought none."""
        if "visitor" not in g:
            visitor = self.read(request.cookies)
            if visitor is None:
                visitor = g.new_visitor = VisitorId(f"v{secrets.token_hex(12)}")
            g.visitor = visitor
        known: VisitorId = g.visitor
        return known


def read_secret(secret: str, home: Path) -> str:
    """Return the signing key: the one given, else the one kept in the home folder, made at the first start."""
    if secret:
        return secret
    path = home / KEY_FILE
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
