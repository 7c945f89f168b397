"""Declared preferences in the database: one row an account."""

import json

from sqlalchemy import delete, insert, select

from online_models.schema.events import VisitorId
from storefront.accounts.preferences import Preferences
from storefront.database.connection import Database
from storefront.database.tables import preferences


class PreferenceStore:
    """Keeps what each account declared last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, visitor: VisitorId) -> Preferences:
        """Return what the account declared; nothing if it never did."""
        with self._database.begin() as connection:
            row = connection.execute(select(preferences).where(preferences.c.visitor == visitor)).first()
        if row is None:
            return Preferences()
        return Preferences(
            categories=tuple(json.loads(row.categories)),
            colours=tuple(json.loads(row.colours)),
            min_price=row.min_price,
            max_price=row.max_price,
        )

    def write(self, visitor: VisitorId, declared: Preferences, now: float) -> None:
        """Keep what the account declares now, in place of what it declared before."""
        row = {
            "visitor": visitor,
            "categories": json.dumps(declared.categories),
            "colours": json.dumps(declared.colours),
            "min_price": declared.min_price,
            "max_price": declared.max_price,
            "changed_at": now,
        }
        with self._database.begin() as connection:
            connection.execute(delete(preferences).where(preferences.c.visitor == visitor))
            connection.execute(insert(preferences).values(row))
