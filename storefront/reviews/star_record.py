"""Writes the ratings of accounts to the database in the background: no event waits for it.

Redis has them at once. What could not be written is tried again with the next rating, and when the visitor opens their
history; what this process has lost, or not written yet, is then restored from Redis.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import DatabaseDown
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore

log = logging.getLogger(__name__)

KEPT = 10_000
BATCH = 200

Start = Callable[[Callable[[], None]], object]
"""Runs a function in the background."""


class StarRecord:
    """Ratings to be written to the database, the latest for each visitor and product."""

    def __init__(
        self,
        reviews: ReviewStore,
        start: Start,
        is_account: Callable[[VisitorId], bool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reviews = reviews
        self._start = start
        self._is_account = is_account
        self._now = now
        self._waiting: OrderedDict[tuple[VisitorId, ItemId], Review] = OrderedDict()
        self._lock = Lock()
        # Held from taking stars out of those that wait until they are written: who comes second sees them written.
        self._writing = Lock()
        self._is_running = False

    def put(self, visitor: VisitorId, item: ItemId, stars: int) -> None:
        """Queue a rating. An anonymous visitor's stay in Redis until they sign in."""
        if not self._is_account(visitor):
            return
        with self._lock:
            self._waiting[visitor, item] = Review(visitor, item, stars, written_at=self._now())
            self._waiting.move_to_end((visitor, item))
            if len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
            if self._is_running:
                return
            self._is_running = True
        self._start(self._run)

    def settle(self, visitor: VisitorId, stars: Mapping[ItemId, int]) -> None:
        """Write the queue, and the visitor's ratings that only Redis has. Raises `DatabaseDown`."""
        self._write_all()
        if not self._is_account(visitor):
            return
        kept, now = self._reviews.read_stars(visitor), self._now()
        lost = [
            Review(visitor, item, given, written_at=now) for item, given in stars.items() if kept.get(item) != given
        ]
        if lost:
            self._reviews.put_stars(lost)

    def forget(self, visitor: VisitorId) -> None:
        """Drop a visitor's queued ratings. When this returns, none of them is still being written."""
        with self._writing, self._lock:
            for key in [key for key in self._waiting if key[0] == visitor]:
                del self._waiting[key]

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Do nothing: an anonymous visitor's ratings are never queued."""

    def _run(self) -> None:
        try:
            self._write_all()
        except DatabaseDown:
            log.warning("Ratings are written once the database is back")

    def _write_all(self) -> None:
        while True:
            with self._writing:
                with self._lock:
                    batch = [self._waiting.popitem(last=False)[1] for _ in range(min(BATCH, len(self._waiting)))]
                    if not batch:
                        self._is_running = False
                        return
                self._write(batch)

    def _write(self, batch: list[Review]) -> None:
        try:
            self._reviews.put_stars(batch)
        except DatabaseDown:
            with self._lock:
                self._is_running = False
                for review in batch:
                    # Not over stars that were given meanwhile.
                    self._waiting.setdefault((review.visitor, review.item), review)
            raise
