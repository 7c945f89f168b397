"""Which events have had their effect, in the transaction of the effect: one that is sent again changes nothing.

It holds across storefront processes and restarts, for as long as a browser keeps an event that it could not send.
"""

from sqlalchemy import Connection, delete, select, update

from online_models.schema.events import EventId, VisitorId
from online_models.schema.keyspace import DAY, HOUR
from storefront.database.tables import applied_events
from storefront.database.upsert import insert_new

OLDEST_SECONDS = float(DAY)
"""How long a browser keeps an event that it could not send."""

KEPT_SECONDS = OLDEST_SECONDS + HOUR


class AppliedEvents:
    """Records events whose effects are stored."""

    def add(self, connection: Connection, visitor: VisitorId, event: EventId, now: float) -> bool:
        """Record an event, and return whether it is new. Who records the same one waits for the first."""
        times = {"applied_at": now, "expires_at": now + KEPT_SECONDS}
        return insert_new(connection, applied_events, {"visitor": visitor, "event_id": event, **times})

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Let what one visitor sent be known as the account's: the browser may send it again under that name."""
        known = select(applied_events.c.event_id).where(applied_events.c.visitor == target).scalar_subquery()
        moved = update(applied_events).where(
            applied_events.c.visitor == source, applied_events.c.event_id.not_in(known)
        )
        connection.execute(moved.values(visitor=target))
        self.forget(connection, source)

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete what is recorded of a visitor."""
        connection.execute(delete(applied_events).where(applied_events.c.visitor == visitor))
