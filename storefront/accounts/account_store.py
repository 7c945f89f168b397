"""Accounts in the database. Raises `DatabaseDown` where it does not answer."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from online_models.schema.events import VisitorId
from storefront.accounts.account import OPERATOR, Account, email_key
from storefront.database.connection import Database
from storefront.database.tables import accounts

ACCOUNT_COLUMNS = (
    accounts.c.visitor,
    accounts.c.email,
    accounts.c.name,
    accounts.c.password_hash,
    accounts.c.role,
    accounts.c.created_at,
)
"""The columns of an `Account`, in its fields' order."""


class EmailTaken(ValueError):
    """Another account has this address. Tell the visitor no more than that it cannot be used."""


class AccountStore:
    """Keeps accounts, one for each address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account) -> None:
        """Keep a new account. Raises `EmailTaken`."""
        row = {column.name: getattr(account, column.name) for column in ACCOUNT_COLUMNS}
        try:
            with self._database.begin() as connection:
                connection.execute(insert(accounts), row | {"email_key": email_key(account.email)})
        except IntegrityError as error:
            raise EmailTaken from error

    def find(self, visitor: VisitorId) -> Account | None:
        """Return the account of this id."""
        with self._database.read() as connection:
            row = connection.execute(select(*ACCOUNT_COLUMNS).where(accounts.c.visitor == visitor)).first()
        return Account(*row) if row else None

    def find_by_email(self, email: str) -> Account | None:
        """Return the account of this address."""
        with self._database.read() as connection:
            asked = select(*ACCOUNT_COLUMNS).where(accounts.c.email_key == email_key(email))
            row = connection.execute(asked).first()
        return Account(*row) if row else None

    def set_name(self, visitor: VisitorId, name: str) -> None:
        """Change the name."""
        self._set(visitor, name=name)

    def set_email(self, visitor: VisitorId, email: str) -> None:
        """Change the address. Raises `EmailTaken`."""
        try:
            self._set(visitor, email=email, email_key=email_key(email))
        except IntegrityError as error:
            raise EmailTaken from error

    def set_password(self, visitor: VisitorId, password_hash: str) -> None:
        """Change the password's hash."""
        self._set(visitor, password_hash=password_hash)

    def set_role(self, email: str, role: str) -> bool:
        """Grant or revoke a role. Returns whether there is such an account."""
        with self._database.begin() as connection:
            changed = update(accounts).where(accounts.c.email_key == email_key(email)).values(role=role)
            return bool(connection.execute(changed).rowcount)

    def operators(self) -> list[str]:
        """Return the addresses of all operators, in order."""
        asked = select(accounts.c.email).where(accounts.c.role == OPERATOR).order_by(accounts.c.email_key)
        with self._database.read() as connection:
            return list(connection.execute(asked).scalars())

    def operators_among(self, visitors: Collection[VisitorId]) -> frozenset[VisitorId]:
        """Return those of these accounts that are operators' now."""
        asked = select(accounts.c.visitor).where(accounts.c.visitor.in_(visitors), accounts.c.role == OPERATOR)
        with self._database.read() as connection:
            return frozenset(VisitorId(visitor) for visitor in connection.execute(asked).scalars())

    def remove(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete an account; its sign-ins and preferences go with it."""
        connection.execute(delete(accounts).where(accounts.c.visitor == visitor))

    def _set(self, visitor: VisitorId, **values: str) -> None:
        with self._database.begin() as connection:
            connection.execute(update(accounts).where(accounts.c.visitor == visitor).values(values))
