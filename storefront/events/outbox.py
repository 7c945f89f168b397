"""The transactional outbox: events that are written to the database in the transaction that they tell of.

What was committed is published, whatever happens next: it is sent at once, and its row is deleted when the event is
safe. What a process that was killed has left is sent by the next one, or by another that shares the database. So an
event may be sent more than once, always under the same id and after those written before it; the learner drops the
repetition. Rows wait only while neither Kafka nor the spool takes events: metrics say how many.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event as Signal
from threading import Thread

from sqlalchemy import Connection, delete, func, insert, select

from online_models.schema.events import Event, EventId, InvalidEvent, decode, encode
from storefront.database.connection import Database, DatabaseDown
from storefront.database.tables import outbox
from storefront.events.event_publisher import EventPublisher
from storefront.events.spool import NotStored

log = logging.getLogger(__name__)

GRACE_SECONDS = 5.0
"""A row that is older is sent by whoever finds it: who wrote it is gone, or could not send it."""

TIDY_SECONDS = 0.5
BATCH = 200
CONFIRMED_KEPT = 10_000


_ORDER = (outbox.c.written_at, outbox.c.position, outbox.c.event_id)


def write_events(connection: Connection, events: Sequence[Event], now: float) -> None:
    """Write events in a transaction. `EventOutbox.send` sends them once it is committed."""
    if events:
        rows = [
            {"event_id": event.event_id, "event": encode(event).decode(), "written_at": now, "position": position}
            for position, event in enumerate(events)
        ]
        connection.execute(insert(outbox), rows)


class EventOutbox:
    """Sends what was written, and deletes what is safe. `start` has a thread do so, under gevent a greenlet."""

    def __init__(self, database: Database, publisher: EventPublisher, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._publisher = publisher
        self._now = now
        # What is not in here any more is sent again, and deleted then.
        self._confirmed: deque[EventId] = deque(maxlen=CONFIRMED_KEPT)
        self._look_at = 0.0
        self._wake = Signal()
        self._closing = False
        self._thread = Thread(target=self._run, name="outbox", daemon=True)

    def publish(self, *events: Event) -> None:
        """Write events in a transaction of their own, and send them. Raises `DatabaseDown`: nothing was done."""
        with self._database.begin() as connection:
            write_events(connection, events, self._now())
        self.send(*events)

    def send(self, *events: Event) -> None:
        """Send events whose rows are committed, and return at once."""
        for event in events:
            self._publisher.send(event).add_done_callback(partial(self._note, event.event_id))

    def count(self) -> int:
        """Return how many events wait. Raises `DatabaseDown`."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(outbox)).scalar_one()

    def start(self) -> None:
        """Send what was left by others, and from now on what could not be sent at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and delete what is safe by now."""
        self._closing = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=3)
        self._attempt(self._delete_confirmed)

    def relay(self, grace: float = 0.0) -> None:
        """Send events that were written ``grace`` seconds ago or before, oldest first, until one is not stored."""
        self._delete_confirmed()
        while not self._closing:
            waiting = select(outbox.c.event_id, outbox.c.event).where(outbox.c.written_at <= self._now() - grace)
            with self._database.read() as connection:
                rows = connection.execute(waiting.order_by(*_ORDER).limit(BATCH)).all()
            if not rows:
                return
            for event_id, event in rows:
                try:
                    # One by one: none may overtake an earlier one that is not stored.
                    self._publisher.publish(decode(event.encode()))
                except NotStored as error:
                    log.info("Events go on waiting in the database: %s", error)
                    self._delete_confirmed()
                    return
                except InvalidEvent as error:
                    log.error("The event %s cannot be read and is not published: %s", event_id, error)
                self._confirmed.append(event_id)
            self._delete_confirmed()

    def _note(self, event_id: EventId, delivery: Future[None]) -> None:
        if delivery.exception() is None:
            self._confirmed.append(event_id)
            self._wake.set()

    def _run(self) -> None:
        self._attempt(self.relay)
        while not self._closing:
            self._wake.wait(GRACE_SECONDS)
            self._wake.clear()
            # Orders that are placed at once are deleted at once.
            if not self._closing:
                time.sleep(TIDY_SECONDS)
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + GRACE_SECONDS
                self._attempt(lambda: self.relay(GRACE_SECONDS))
            else:
                self._attempt(self._delete_confirmed)

    def _delete_confirmed(self) -> None:
        while self._confirmed:
            some = [self._confirmed.popleft() for _ in range(min(BATCH, len(self._confirmed)))]
            try:
                with self._database.begin() as connection:
                    connection.execute(delete(outbox).where(outbox.c.event_id.in_(some)))
            except BaseException:
                self._confirmed.extendleft(reversed(some))
                raise

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except DatabaseDown as error:
            log.info("The outbox waits for the database: %s", error)
        except Exception:
            log.exception("Events in the outbox could not be sent; trying again")
