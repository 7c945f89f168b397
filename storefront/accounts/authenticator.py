"""Whose request it is: the account that is signed in, by the signed session cookie and its row in the database.

While the database is down, the cookie's signature still identifies the visitor, so that the shop keeps working; but
nobody counts as signed in, and pages that need an account are unavailable.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, g, request, session
from flask_login import LoginManager, login_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import Signer

from online_models.schema.events import VisitorId
from online_models.schema.messages import sign_in_room, visitor_room
from storefront.accounts.account import Account, Nobody
from storefront.accounts.sign_ins import SEEN_EVERY, SignIn, SignInStore, key_of
from storefront.accounts.visitor_data import AccountMerge
from storefront.cookie_scope import CookieScope
from storefront.database.connection import DatabaseDown
from storefront.visitor_state.visitors import VisitorCookies

log = logging.getLogger(__name__)

TOKEN = "sign_in"  # noqa: S105  (the name of a field, not a secret)
VISITOR = "_user_id"
"""Where Flask-Login keeps what `Account.get_id` returns."""
JOINS = "joins"
ACCOUNT_TOKEN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in with this request. ``account`` is None while the database is down."""

    visitor: VisitorId
    account: Account | None = None
    sign_in: SignIn | None = None


class Authenticator:
    """Signs browsers in and out, and recognizes them."""

    def __init__(
        self,
        sign_ins: SignInStore,
        visitors: VisitorCookies,
        account_merge: AccountMerge,
        secret: str,
        hang_up: Callable[[str], None] = lambda _room: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._sign_ins = sign_ins
        self._visitors = visitors
        self._account_merge = account_merge
        self._signer = Signer(secret, salt="account mark")
        self._hang_up = hang_up
        self._now = now

    def bind(self, app: Flask, *, idle: float, scope: CookieScope) -> None:
        """Set up the session cookie and Flask-Login."""
        app.config.update(
            SESSION_COOKIE_NAME=scope.name("riverfront_session"),
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=scope.secure,
            SESSION_COOKIE_PATH=scope.path,
            PERMANENT_SESSION_LIFETIME=timedelta(seconds=idle),
            # An answer that was under way at a sign-in must not bring the old cookie back.
            SESSION_REFRESH_EACH_REQUEST=False,
        )
        manager = LoginManager()
        manager.anonymous_user = Nobody
        manager.session_protection = None
        manager.login_view = "auth.sign_in"
        manager.login_message = None
        manager.user_loader(lambda _: self.account())
        manager.init_app(app)
        app.before_request(self._join_late)

    def present(self) -> Present | None:
        """Return who is signed in, or None. Asks the database once a request."""
        if "present" not in g:
            g.present = self._look()
        known: Present | None = g.present
        return known

    def visitor(self) -> VisitorId | None:
        """Return the visitor of the account that is signed in."""
        present = self.present()
        return present.visitor if present else None

    def account(self) -> Account | None:
        """Return the account that is signed in; None while the database is down."""
        present = self.present()
        return present.account if present else None

    def account_token(self) -> str:
        """Return the account's token for documents, which does not reveal whose they are; empty without an account."""
        visitor = self.visitor()
        return "" if visitor is None else self._signer.get_signature(visitor)[:ACCOUNT_TOKEN_LENGTH].decode()

    def require_account(self) -> Account:
        """Return the account that is signed in, for views that are open to nobody else. Raises `DatabaseDown`."""
        account = self.account()
        if account is None:
            raise DatabaseDown("the account cannot be read")
        return account

    def sign_in(self, account: Account) -> None:
        """Sign the browser in under a new session, and merge its anonymous visitor into the account."""
        anonymous = self._visitors.read(request.cookies)
        self.renew(account)
        if anonymous is not None:
            self._join(anonymous, account.visitor)

    def renew(self, account: Account) -> None:
        """Give the browser a new session and a new sign-in, in place of those that it has."""
        self._end_row()
        token = self._sign_ins.add(account.visitor, request.headers.get("User-Agent", ""), self._now())
        self._clear_session()
        session.permanent = True
        session[TOKEN] = token
        login_user(account)

    def sign_out(self) -> None:
        """Sign the browser out. While the database is down, at least its cookie is cleared."""
        try:
            self._end_row()
        except DatabaseDown:
            log.warning("A sign-in could not be ended in the database")
        self._clear_session()

    def end(self, sign_in: SignIn) -> None:
        """Sign another browser out, and end its connections."""
        self._sign_ins.end(sign_in.visitor, sign_in.key)
        self._hang_up(sign_in_room(sign_in.key))

    def end_all(self, visitor: VisitorId) -> None:
        """Sign an account out everywhere, and end its connections."""
        self._sign_ins.end_all(visitor)
        self._hang_up(visitor_room(visitor))

    def confirm(self) -> None:
        """Record that the password was confirmed."""
        present = self.present()
        if present is not None and present.sign_in is not None:
            self._sign_ins.confirm(present.sign_in.key, self._now())
            self._forget_request()

    def is_fresh(self) -> bool:
        """Return whether the password was given in this browser within `FRESH_FOR`."""
        present = self.present()
        return present is not None and present.sign_in is not None and present.sign_in.is_fresh(self._now())

    def _clear_session(self) -> None:
        session.clear()
        self._forget_request()
        # Several tabs may load again at once: all of them get this token, rather than each one that ends the others'.
        generate_csrf()

    def _end_row(self) -> None:
        token, visitor = session.get(TOKEN), session.get(VISITOR)
        if token and visitor:
            try:
                self._sign_ins.end(VisitorId(visitor), key_of(token))
            finally:
                self._hang_up(sign_in_room(key_of(token)))

    def _look(self) -> Present | None:
        token, visitor = session.get(TOKEN), session.get(VISITOR)
        if not token or not visitor:
            return None
        now = self._now()
        try:
            found = self._sign_ins.find(token, now)
        except DatabaseDown:
            return Present(VisitorId(visitor))
        if found is not None and now - found[0].seen_at >= SEEN_EVERY:
            self._touch(found[0], now)
        if found is None or found[1].visitor != visitor:
            session.clear()
            return None
        return Present(found[1].visitor, found[1], found[0])

    def _touch(self, sign_in: SignIn, now: float) -> None:
        try:
            self._sign_ins.touch(sign_in.key, now)
        except DatabaseDown:
            log.warning("A visit could not be recorded in the database")
        else:
            session.modified = True

    def _join(self, source: VisitorId, target: VisitorId) -> None:
        if self._account_merge.merge(source, target):
            session.pop(JOINS, None)
            # Whoever uses this browser after the sign-out is somebody else.
            self._visitors.renew()
            self._hang_up(visitor_room(source))
        else:
            session[JOINS] = source

    def _join_late(self) -> None:
        """Finish a merge that failed at the sign-in because a server was down."""
        source = session.get(JOINS) if request.method == "GET" and request.endpoint != "static" else None
        present = self.present() if source else None
        if source and present is not None and present.account is not None:
            self._join(VisitorId(source), present.visitor)

    def _forget_request(self) -> None:
        for name in ("present", "visitor", "_login_user", "form_token", "token", "csrf_token"):
            g.pop(name, None)
