"""Which accounts have turned two-step verification on: their secrets and recovery codes, in the database."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from online_models.schema.events import VisitorId
from storefront.accounts.passwords import Passwords
from storefront.accounts.two_factor import time_codes
from storefront.accounts.two_factor.recovery_codes import RecoveryCode, new_codes, parse_code
from storefront.accounts.two_factor.secret_box import SecretBox
from storefront.database.connection import Database
from storefront.database.tables import recovery_codes, second_factors

SETUP_SECONDS = 60 * 60.0
"""How long a secret that no code has confirmed is shown again."""

SEALED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FactorStatus:
    """Since when an account has it on, and how many of its recovery codes are left."""

    on_since: float
    codes_left: int


class SecondFactors:
    """Turns two-step verification on and off, and checks codes, each once. Raises `DatabaseDown`, and `TooBusy`."""

    def __init__(
        self, database: Database, box: SecretBox, passwords: Passwords, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._box = box
        self._passwords = passwords
        self._now = now

    def is_on(self, visitor: VisitorId) -> bool:
        """Return whether an account signs in by two steps."""
        asked = select(second_factors.c.visitor).where(
            second_factors.c.visitor == visitor, second_factors.c.confirmed_at.is_not(None)
        )
        with self._database.read() as connection:
            return connection.execute(asked).first() is not None

    def status(self, visitor: VisitorId) -> FactorStatus | None:
        """Return what an account's page shows; None where it is off."""
        counted = (
            select(func.count())
            .select_from(recovery_codes)
            .where(recovery_codes.c.visitor == visitor)
            .scalar_subquery()
        )
        asked = select(second_factors.c.confirmed_at, counted).where(second_factors.c.visitor == visitor)
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        return FactorStatus(*row) if row and row[0] is not None else None

    def begin(self, visitor: VisitorId) -> str | None:
        """Return the secret that an account is to confirm: the same one for an hour. None where it is on already."""
        now = self._now()
        asked = select(second_factors).where(second_factors.c.visitor == visitor)
        with self._database.begin() as connection:
            row = connection.execute(asked).first()
            if row and row.confirmed_at is not None:
                return None
            if row and now - row.created_at < SETUP_SECONDS and (known := self._box.open(row.secret, row.key)):
                return known
            secret = time_codes.new_secret()
            remove_factor(connection, visitor)
            sealed = {"secret": self._box.seal(secret), "key": self._box.key}
            connection.execute(insert(second_factors).values(visitor=visitor, created_at=now, **sealed))
        return secret

    def confirm(self, visitor: VisitorId, typed: str) -> list[str] | None:
        """Turn it on if the code is right, and return the recovery codes, which are shown this once."""
        secret = self.begin(visitor)
        now = self._now()
        step = time_codes.step_of(secret, typed, now) if secret else None
        if step is None:
            return None
        codes, rows = self._new_codes(visitor)
        turned_on = (
            update(second_factors)
            .where(second_factors.c.visitor == visitor, second_factors.c.confirmed_at.is_(None))
            .values(confirmed_at=now, last_step=step)
        )
        with self._database.begin() as connection:
            if not connection.execute(turned_on).rowcount:
                return None
            _replace_codes(connection, visitor, rows)
        return codes

    def check_code(self, visitor: VisitorId, typed: str) -> bool:
        """Return whether a code is right. It is used up: neither it nor an older one is right again."""
        asked = select(second_factors.c.secret, second_factors.c.key).where(
            second_factors.c.visitor == visitor, second_factors.c.confirmed_at.is_not(None)
        )
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return False
        secret = self._box.open(row.secret, row.key)
        step = time_codes.step_of(secret, typed, self._now()) if secret else None
        if step is None:
            return False
        used = (
            update(second_factors)
            .where(second_factors.c.visitor == visitor, second_factors.c.secret == row.secret)
            .where(second_factors.c.last_step < step)
            .values(last_step=step)
        )
        with self._database.begin() as connection:
            return bool(connection.execute(used).rowcount)

    def use_recovery_code(self, visitor: VisitorId, typed: str) -> bool:
        """Return whether a recovery code is right. It is used up."""
        code = parse_code(typed)
        lookup = code.lookup if code else ""
        is_it = (recovery_codes.c.visitor == visitor, recovery_codes.c.lookup == lookup)
        with self._database.read() as connection:
            code_hash = connection.execute(select(recovery_codes.c.code_hash).where(*is_it)).scalar()
        # It takes as long for a code that there never was.
        if not self._passwords.fits(code_hash, code.secret if code else ""):
            return False
        with self._database.begin() as connection:
            used = delete(recovery_codes).where(*is_it, recovery_codes.c.code_hash == code_hash)
            return bool(connection.execute(used).rowcount)

    def renew_codes(self, visitor: VisitorId) -> list[str] | None:
        """Replace an account's recovery codes, and return the new ones; None where it is off."""
        if not self.is_on(visitor):
            return None
        codes, rows = self._new_codes(visitor)
        with self._database.begin() as connection:
            _replace_codes(connection, visitor, rows)
        return codes

    def turn_off(self, visitor: VisitorId) -> bool:
        """Turn it off, and return whether it was on."""
        with self._database.begin() as connection:
            return remove_factor(connection, visitor)

    def seal_again(self) -> None:
        """Encrypt with the present key what a former one has encrypted: the former one can then be removed."""
        stale = select(second_factors).where(second_factors.c.key != self._box.key)
        stale = stale.order_by(second_factors.c.visitor).limit(SEALED_AT_ONCE)
        after = ""
        while True:
            with self._database.read() as connection:
                rows = connection.execute(stale.where(second_factors.c.visitor > after)).all()
            if not rows:
                return
            after = rows[-1].visitor
            with self._database.begin() as connection:
                for row in rows:
                    # What was encrypted with a key that the shop no longer has stays: its key may come back.
                    if secret := self._box.open(row.secret, row.key):
                        sealed = {"secret": self._box.seal(secret), "key": self._box.key}
                        is_it = second_factors.c.visitor == row.visitor, second_factors.c.secret == row.secret
                        connection.execute(update(second_factors).where(*is_it).values(**sealed))

    def _new_codes(self, visitor: VisitorId) -> tuple[list[str], list[dict[str, str]]]:
        codes = new_codes()
        return [code.text for code in codes], [self._row(visitor, code) for code in codes]

    def _row(self, visitor: VisitorId, code: RecoveryCode) -> dict[str, str]:
        return {"visitor": visitor, "lookup": code.lookup, "code_hash": self._passwords.hash(code.secret)}


def _replace_codes(connection: Connection, visitor: VisitorId, rows: list[dict[str, str]]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.visitor == visitor))
    connection.execute(insert(recovery_codes), rows)


def remove_factor(connection: Connection, visitor: VisitorId) -> bool:
    """Delete all that an account signs in by beside its password, and return whether there was any."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.visitor == visitor))
    removed = connection.execute(delete(second_factors).where(second_factors.c.visitor == visitor))
    return bool(removed.rowcount)
