"""Links that confirm an address: a row for each, found by the hash of the token in the email.

What a link does is stored here and not in the email: a password's hash never leaves the shop. Each link is valid for a
day, and works once.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from online_models.schema.events import VisitorId
from storefront.accounts.account import email_key
from storefront.accounts.sign_ins import DAY, key_of
from storefront.database.connection import Database
from storefront.database.tables import address_links

GOOD_FOR = DAY
MOST_KEPT = 50_000
"""The oldest are deleted when there are more: anybody can sign up with any address."""


@dataclass(frozen=True, slots=True)
class AddressLink:
    """What the link does: it creates an account, or changes the address of one."""

    email: str
    password_hash: str
    """Of the new account; or of the account when the change was requested: a new password cancels the link."""
    name: str = ""
    visitor: VisitorId | None = None
    """The account whose address changes. None if the link creates one."""


LINK_COLUMNS = tuple(address_links.c[field.name] for field in fields(AddressLink))


class AddressLinks:
    """Stores the links that have not been used yet. Raises `DatabaseDown` where the database does not answer."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def add(self, link: AddressLink) -> str:
        """Store a link and return the token for the email. A new change of address replaces the one before."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {**asdict(link), "token_hash": key_of(token), "email_key": email_key(link.email), "created_at": now}
        with self._database.begin() as connection:
            self._purge(connection, now)
            if link.visitor is not None:
                connection.execute(delete(address_links).where(address_links.c.visitor == link.visitor))
            connection.execute(insert(address_links), row)
        return token

    def find(self, token: str) -> AddressLink | None:
        """Return the link of a token; None if it is unknown, expired or used."""
        asked = select(*LINK_COLUMNS).where(self._is_good(token))
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        return AddressLink(*row) if row else None

    def asked_by(self, visitor: VisitorId) -> list[str]:
        """Return the address that an account has yet to confirm, if there is one."""
        with self._database.read() as connection:
            return list(connection.execute(select(address_links.c.email).filter_by(visitor=visitor)).scalars())

    def take(self, token: str) -> AddressLink | None:
        """Use a link, and delete all others that would create an account for the same address."""
        taken = delete(address_links).where(self._is_good(token)).returning(*LINK_COLUMNS)
        with self._database.begin() as connection:
            row = connection.execute(taken).first()
            if row is None:
                return None
            link = AddressLink(*row)
            is_same = and_(address_links.c.visitor.is_(None), address_links.c.email_key == email_key(link.email))
            connection.execute(delete(address_links).where(is_same))
        return link

    def _is_good(self, token: str) -> Any:
        return and_(address_links.c.token_hash == key_of(token), address_links.c.created_at > self._now() - GOOD_FOR)

    def _purge(self, connection: Connection, now: float) -> None:
        made_at = address_links.c.created_at
        surplus = select(made_at).order_by(made_at.desc()).offset(MOST_KEPT - 1).limit(1)
        last = connection.execute(surplus).scalar()
        over = now - GOOD_FOR if last is None else max(last, now - GOOD_FOR)
        connection.execute(delete(address_links).where(made_at <= over))
