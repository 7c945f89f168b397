"""Sign-ins: a row for each browser, found by the hash of the token in its cookie.

The cookie alone is worth nothing: the row expires, and can be ended from another device.
"""

import hashlib
import secrets
from dataclasses import astuple, dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import ACCOUNT_COLUMNS
from storefront.database.connection import Database
from storefront.database.tables import accounts, sign_ins

DAY = 24 * 60 * 60.0
AGENT_LENGTH = 160
MOST_EACH = 20
"""An account's oldest sign-in ends when it has more."""

SEEN_EVERY = 5 * 60.0
FRESH_FOR = 15 * 60.0
"""How long after the password was given it is not asked for again."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One browser in which an account is signed in, in the order of the table's columns. Times are Unix seconds."""

    key: str
    visitor: VisitorId
    created_at: float
    seen_at: float
    confirmed_at: float
    agent: str

    def is_fresh(self, now: float) -> bool:
        """Return whether the password was given within `FRESH_FOR`."""
        return now - self.confirmed_at < FRESH_FOR


class SignInStore:
    """Stores sign-ins, and ends those that were idle or lasted for too long.

    Parameters
    ----------
    idle, absolute
        Seconds without a visit, and seconds in all, after which a sign-in expires.
    """

    def __init__(self, database: Database, idle: float = 14 * DAY, absolute: float = 90 * DAY) -> None:
        self._database = database
        self._idle = idle
        self._absolute = absolute

    def add(self, visitor: VisitorId, agent: str, now: float) -> str:
        """Sign an account in and return the token for the cookie. Expired and surplus sign-ins are deleted."""
        token = secrets.token_urlsafe(32)
        sign_in = SignIn(key_of(token), visitor, now, now, now, agent[:AGENT_LENGTH])
        with self._database.begin() as connection:
            self._purge(connection, now)
            connection.execute(insert(sign_ins).values(astuple(sign_in)))
            newest = (
                select(sign_ins.c.token_hash)
                .where(sign_ins.c.visitor == visitor)
                .order_by(sign_ins.c.created_at.desc(), sign_ins.c.token_hash)
            )
            if surplus := connection.execute(newest.offset(MOST_EACH)).scalars().all():
                connection.execute(delete(sign_ins).where(sign_ins.c.token_hash.in_(surplus)))
        return token

    def find(self, token: str, now: float) -> tuple[SignIn, Account] | None:
        """Return the sign-in of a cookie's token and its account, or None if it has expired."""
        asked = (
            select(*sign_ins.c, *ACCOUNT_COLUMNS)
            .where(accounts.c.visitor == sign_ins.c.visitor, sign_ins.c.token_hash == key_of(token))
            .where(self._is_open(now))
        )
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        columns = len(sign_ins.c)
        return (SignIn(*row[:columns]), Account(*row[columns:])) if row else None

    def ends_at(self, sign_in: SignIn) -> float:
        """Return when a sign-in expires, unless the browser comes back before."""
        return min(sign_in.seen_at + self._idle, sign_in.created_at + self._absolute)

    def touch(self, key: str, now: float) -> None:
        """Record a visit. Call it no more often than every `SEEN_EVERY` seconds."""
        with self._database.begin() as connection:
            connection.execute(update(sign_ins).where(sign_ins.c.token_hash == key).values(seen_at=now))

    def confirm(self, key: str, now: float) -> None:
        """Record that the password was confirmed."""
        with self._database.begin() as connection:
            connection.execute(update(sign_ins).where(sign_ins.c.token_hash == key).values(confirmed_at=now))

    def of(self, visitor: VisitorId, now: float) -> list[SignIn]:
        """Return the sign-ins of an account, the most recently seen first."""
        asked = (
            select(sign_ins)
            .where(sign_ins.c.visitor == visitor, self._is_open(now))
            .order_by(sign_ins.c.seen_at.desc(), sign_ins.c.token_hash)
        )
        with self._database.read() as connection:
            return [SignIn(*row) for row in connection.execute(asked)]

    def end(self, visitor: VisitorId, key: str) -> None:
        """Sign one browser of an account out."""
        with self._database.begin() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.token_hash == key, sign_ins.c.visitor == visitor))

    def end_all(self, visitor: VisitorId) -> None:
        """Sign an account out everywhere."""
        with self._database.begin() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.visitor == visitor))

    def _is_open(self, now: float) -> ColumnElement[bool]:
        return and_(sign_ins.c.seen_at > now - self._idle, sign_ins.c.created_at > now - self._absolute)

    def _purge(self, connection: Connection, now: float) -> None:
        expired = or_(sign_ins.c.seen_at <= now - self._idle, sign_ins.c.created_at <= now - self._absolute)
        connection.execute(delete(sign_ins).where(expired))


def key_of(token: str) -> str:
    """Return the hash of a token, under which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
