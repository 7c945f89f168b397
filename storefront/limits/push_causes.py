"""Which clicks have been answered by a push lately: the time from a click to its list counts for these alone.

A page says how long its click took. What it says is believed once for each click that a push of this storefront has
answered, between the time that the push took by the shop's own clock and the time that has passed since.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from online_models.schema.events import EventId, RankingShown, VisitorId
from storefront.limits.leaky_buckets import RateLimit
from storefront.lru_table import LruTable

PUSHES_KEPT = 20_000

LONGEST = 60.0
"""Seconds: what takes longer is not counted."""

REPORT_SECONDS = 10.0
"""A page reports about a second after it drew the list."""

CLOCKS_SECONDS, WAY_SECONDS = 0.1, 2.0
"""How far the clocks of two storefronts may differ, and how long a click may have been on its way to the shop."""

PER_SECOND, BURST = 0.5, 20
"""How many times of one visitor count: the quantiles are those of many."""

NETWORK_PER_SECOND, NETWORK_BURST = 2.0, 80
"""How many of all visitors of one network: cookies cost nothing."""


class _Sent(NamedTuple):
    at: float
    took: float


class PushCauses:
    """The last cause of each push, and whether a page has reported. When there are many, the oldest is forgotten."""

    def __init__(self, now: Callable[[], float] = time.time, pushes_kept: int = PUSHES_KEPT) -> None:
        self._now = now
        # None where a page has reported: a click that is answered again does not count again.
        self._sent: LruTable[tuple[VisitorId, EventId], _Sent | None] = LruTable(pushes_kept)
        self._of_visitor = RateLimit(PER_SECOND, BURST, pushes_kept)
        self._of_network = RateLimit(NETWORK_PER_SECOND, NETWORK_BURST, pushes_kept)

    def __len__(self) -> int:
        return len(self._sent)

    def note(self, visitor: VisitorId, cause: EventId, received_at: float) -> None:
        """Note that a visitor's pages are sent the list that an event has led to, which the shop received then.

        Of several pushes that answer one event, the first counts.
        """
        if (visitor, cause) not in self._sent:
            now = self._now()
            self._sent[visitor, cause] = _Sent(now, max(0.0, now - received_at))

    def check(self, event: RankingShown) -> RankingShown:
        """Return the event without its times where they cannot be believed."""
        if event.drawn_ms is None and event.painted_ms is None:
            return event
        longest = self._longest(event)
        if longest is None:
            return replace(event, drawn_ms=None, painted_ms=None)
        if event.painted_ms is None or event.painted_ms <= longest:
            return event
        return replace(event, painted_ms=None)

    def _longest(self, event: RankingShown) -> float | None:
        """Return how many milliseconds may have passed at most; None where the click does not count."""
        sent, now = self._take(event), self._now()
        if sent is None or event.drawn_ms is None or not 0 <= now - sent.at <= REPORT_SECONDS:
            return None
        shortest = sent.took - CLOCKS_SECONDS
        longest = min(LONGEST, sent.took + now - sent.at + WAY_SECONDS)
        if not shortest <= event.drawn_ms / 1000 <= longest or not self._allow(event, now):
            return None
        return longest * 1000

    def _allow(self, event: RankingShown, now: float) -> bool:
        """Count a time for its visitor, then for their network; return whether neither has had enough."""
        if not self._of_visitor.allow(event.visitor, now):
            return False
        return event.network is None or self._of_network.allow(event.network, now)

    def _take(self, event: RankingShown) -> _Sent | None:
        if event.cause is None or (sent := self._sent.get((event.visitor, event.cause))) is None:
            return None
        self._sent[event.visitor, event.cause] = None
        return sent
