"""What is sent to Riverfront, by one thread beside the requests: no page of the shop waits for it.

What waits is kept in memory, and sent again until it is taken. A shop that must not lose an event when its process is
killed writes them to its database in the order's transaction instead: examples/kafka_connect sends them from there.
"""

import logging
import queue
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from riverfront_client import Problem, Riverfront, RiverfrontError

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
LARGEST_BATCH = 1_000
PAUSE_SECONDS = 2.0


class Outgoing:
    """Sends events and changes of items in the order in which they come."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def event(self, kind: str, visitor: str, **fields: Any) -> None:
        """Send an event. It has its id from now on, so that one that is sent twice counts once."""
        event = {"kind": kind, "visitor": visitor, "event_id": str(uuid.uuid4()), "occurred_at": time.time(), **fields}
        self._put("events", event)

    def item(self, item: str, fields: dict[str, Any] | None) -> None:
        """Send an item, or delete it where there are no fields."""
        self._put("items", change_of(item, fields))

    def _put(self, kind: str, what: dict[str, Any]) -> None:
        if not settings.RIVERFRONT_SERVER_KEY:  # The shop runs without recommendations.
            return
        with self._lock:
            # Servers fork their workers when the shop is loaded: the thread begins with a worker's first event.
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="riverfront", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait((kind, what))
        except queue.Full:
            log.error("Riverfront does not take events fast enough: one was dropped")

    def _run(self) -> None:
        with connect() as riverfront:
            kept: tuple[str, dict[str, Any]] | None = None
            while True:
                kind, first = kept or self._waiting.get()
                batch, kept = [first], None
                while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                    kept = self._waiting.get()
                    if kept[0] != kind:
                        break
                    batch.append(kept[1])
                    kept = None
                send(riverfront, kind, batch)


def connect() -> Riverfront:
    """Return a client with the server's key."""
    return Riverfront(settings.RIVERFRONT_URL, key=settings.RIVERFRONT_SERVER_KEY)


def change_of(item: str, fields: dict[str, Any] | None) -> dict[str, Any]:
    """Return an item as a batch of changes holds it."""
    return (
        {"item": item, "action": "delete"} if fields is None else {"item": item, "action": "upsert", "fields": fields}
    )


def send(riverfront: Riverfront, kind: str, batch: Sequence[dict[str, Any]]) -> None:
    """Send a batch until it is taken. What has to change before it is taken is logged."""
    ask = riverfront.send_events if kind == "events" else riverfront.change_items
    while True:
        try:
            answer = ask(list(batch))
        except RiverfrontError as error:
            if isinstance(error, Problem) and error.status < 500 and error.status != 429:
                log.error("Riverfront refuses %s %s: %s", len(batch), kind, error)
                return
            log.warning("Riverfront is asked again in %.0f s: %s", PAUSE_SECONDS, error)
            time.sleep(PAUSE_SECONDS)
        else:
            for result in answer.results:
                if result.status == "refused":
                    log.error("Riverfront refuses one of %s %s: %s", len(batch), kind, result)
            return


outgoing = Outgoing()
