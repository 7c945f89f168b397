"""Declared preferences, and the database's table of them: one row an account."""

import json
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from online_models.schema.events import VisitorId
from storefront.database.connection import Database
from storefront.database.tables import preferences


@dataclass(frozen=True, slots=True)
class Preferences:
    """Slugs of categories, names of colours, prices in the smallest unit. Nothing declared means no wish."""

    categories: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None


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
