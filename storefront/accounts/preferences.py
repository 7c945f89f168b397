"""Declared preferences: published for the models; those of accounts are a row each in the database, too."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from online_models.schema.events import EventId, PreferencesChanged, VisitorId, event_id_at
from storefront.database.connection import Database
from storefront.database.tables import preferences
from storefront.events.outbox import EventOutbox, write_events


@dataclass(frozen=True, slots=True)
class Preferences:
    """Slugs of categories, names of colours, prices in the smallest unit. Empty means no preference."""

    categories: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None


class AccountPreferences:
    """Reads and changes the preferences of accounts, and publishes those of others. Raises `DatabaseDown`."""

    def __init__(self, database: Database, outbox: EventOutbox, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._outbox = outbox
        self._now = now

    def read(self, visitor: VisitorId) -> Preferences:
        """Return the account's preferences; empty if it has none."""
        with self._database.read() as connection:
            row = connection.execute(select(preferences).where(preferences.c.visitor == visitor)).first()
        if row is None:
            return Preferences()
        categories, colours = json.loads(row.categories), json.loads(row.colours)
        return Preferences(tuple(categories), tuple(colours), row.min_price, row.max_price)

    def declare(self, visitor: VisitorId, declared: Preferences) -> EventId:
        """Replace the account's preferences, and publish them for the models. Returns the event's id."""
        event, fields = self._changed(visitor, declared), asdict(declared)
        lists = {name: json.dumps(fields[name]) for name in ("categories", "colours")}
        with self._database.begin() as connection:
            connection.execute(delete(preferences).where(preferences.c.visitor == visitor))
            row = {**fields, **lists, "visitor": visitor, "changed_at": event.occurred_at}
            connection.execute(insert(preferences), row)
            write_events(connection, [event], event.occurred_at)
        self._outbox.send(event)
        return event.event_id

    def publish(self, visitor: VisitorId, declared: Preferences) -> EventId:
        """Publish what a visitor without an account likes: only the models keep it. Returns the event's id."""
        event = self._changed(visitor, declared)
        with self._database.begin() as connection:
            write_events(connection, [event], event.occurred_at)
        self._outbox.send(event)
        return event.event_id

    def _changed(self, visitor: VisitorId, declared: Preferences) -> PreferencesChanged:
        now = self._now()
        event_id = event_id_at(now, secrets.token_bytes(10))
        fields = asdict(declared)
        return PreferencesChanged(event_id=event_id, visitor=visitor, occurred_at=now, received_at=now, **fields)
