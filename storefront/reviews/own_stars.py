"""Sums of stars with the visitor's own in them as soon as they are stored: the learner counts them a moment later."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId
from storefront.lru_table import LruTable
from storefront.serving.serving_reader import ServingReader, StarCounts
from storefront.visitor_state.belongings import BelongingsReader

KEPT = 10_000
SECONDS = 600.0
"""After this time the shop's sum is believed, whatever is in it: not every rating of a network counts."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the sum was before stars were sent, and what the visitor gave then (0 for nothing) and since."""

    counts: StarCounts
    given: tuple[int, ...]
    until: float


class OwnStars:
    """Sums of stars as their visitors expect them. What is not counted yet is remembered in this process alone."""

    def __init__(
        self, reader: ServingReader, belongings: BelongingsReader, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._reader = reader
        self._belongings = belongings
        self._elapsed = elapsed
        self._expected: LruTable[tuple[VisitorId, ItemId], _Expected] = LruTable(KEPT)

    def expect(self, visitor: VisitorId, item: ItemId, stars: int) -> None:
        """Note the sum before stars are sent: when it has grown by them, they are counted."""
        before, now = self._belongings.read(visitor).stars.get(item, 0), self._elapsed()
        known = self._expected.get((visitor, item))
        if known is None or known.given[-1] != before or now > known.until:
            known = _Expected(self._reader.read_stars(item), (before,), now)
        self._expected[visitor, item] = _Expected(known.counts, (*known.given, stars), now + SECONDS)

    def read(self, visitor: VisitorId, item: ItemId) -> StarCounts:
        """Return how many visitors give an item one to five stars; this one is among them as soon as that is stored."""
        counts, stars = self._reader.read_stars(item), self._belongings.read(visitor).stars.get(item, 0)
        known = self._expected.get((visitor, item))
        if known is None or known.given[-1] != stars or self._elapsed() > known.until:
            return counts
        counted = _counted(known, counts)
        if counted == stars:
            self._expected.pop((visitor, item), None)
            return counts
        one, two, three, four, five = (
            count + (number == stars) - (number == counted and count > 0) for number, count in enumerate(counts, 1)
        )
        return one, two, three, four, five


def _counted(known: _Expected, counts: StarCounts) -> int:
    """Return which of the stars that the visitor gave one after the other are in the sum: the last that it grew by."""
    grown = (stars for stars in reversed(known.given[1:]) if counts[stars - 1] > known.counts[stars - 1])
    return next(grown, known.given[0])
