"""Reads and erases what is kept of a visitor."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from online_models.schema.events import VisitorForgotten, event_id_at
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.own_visitors import visitor_of
from storefront.api.cursors import cursor_at, start_of
from storefront.api.lists.ready_lists import ReadyLists
from storefront.api.lists.schema import ListQuery
from storefront.api.visitors.schema import HistoryEntry, HistoryQuery, VisitorExport, VisitorHistory
from storefront.database.connection import Database
from storefront.events.outbox import EventOutbox, write_events
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_store import VisitorStore, VisitorTable


@dataclass(frozen=True, slots=True)
class VisitorRecords:
    """All stores that keep something by visitor. Raises `DatabaseDown` and `NotNow`: nothing was changed then."""

    database: Database
    tables: Sequence[VisitorTable]
    stores: Sequence[VisitorStore]
    outbox: EventOutbox
    belongings: BelongingsReader
    viewed: Viewed
    lists: ReadyLists
    now: Callable[[], float]

    def history(self, own_id: str, query: HistoryQuery) -> VisitorHistory:
        """Return a part of what the visitor did."""
        of = f"history {visitor_of(own_id)}"
        start = start_of(query.cursor, of)
        end = start + query.count
        entries = tuple(self._entries(own_id))
        return VisitorHistory(entries=entries[start:end], next=cursor_at(of, end) if len(entries) > end else None)

    def export(self, own_id: str) -> VisitorExport:
        """Return all that is kept of the visitor."""
        visitor = visitor_of(own_id)
        belongings = self.belongings.require(visitor)
        recommended = self.lists.recommendations(own_id, ListQuery(count=RANKING_LENGTH))
        return VisitorExport(
            visitor=own_id,
            kept_as=visitor,
            exported_at=self.now(),
            viewed=self.viewed.read(visitor),
            ratings=belongings.stars,
            basket=belongings.basket,
            wish_list=belongings.wished,
            dismissed=belongings.dismissed,
            recommendations=recommended.items if recommended.is_personal else (),
        )

    def forget(self, own_id: str) -> None:
        """Erase the visitor: from the stores at once, from models and lists when the learner has read it."""
        visitor, now = visitor_of(own_id), self.now()
        for store in self.stores:
            store.forget(visitor)
        event_id = event_id_at(now, secrets.token_bytes(10))
        forgotten = VisitorForgotten(visitor=visitor, event_id=event_id, occurred_at=now, received_at=now)
        with self.database.begin() as connection:
            for table in self.tables:
                table.forget(connection, visitor)
            write_events(connection, [forgotten], now)
        self.outbox.send(forgotten)

    def _entries(self, own_id: str) -> Iterator[HistoryEntry]:
        visitor = visitor_of(own_id)
        belongings = self.belongings.require(visitor)
        for item in self.viewed.read(visitor):
            yield HistoryEntry(deed="viewed", item=item)
        for item, stars in belongings.stars.items():
            yield HistoryEntry(deed="rated", item=item, stars=stars)
        for item, quantity in belongings.basket.items():
            yield HistoryEntry(deed="in_basket", item=item, quantity=quantity)
        for item in belongings.wished:
            yield HistoryEntry(deed="wished", item=item)
        for item in belongings.dismissed:
            yield HistoryEntry(deed="dismissed", item=item)
