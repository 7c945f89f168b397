"""Reads a visitor's live taste, and holds it while they look through one search: pages keep their order."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

from online_models.schema.events import VisitorId
from online_models.schema.phrases import ReasonKind
from online_models.schema.product import Product
from storefront.search.taste import Taste
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import VisitorNumbers

HELD_SECONDS = 600.0
MOST_HELD = 1_000
MOST_VIEWED = 12
BASKET_WEIGHT, RATED_WEIGHT = 0.5, 0.25

OF_ALL: frozenset[ReasonKind] = frozenset({"trending", "popular", "top_rated", "new"})
"""Reasons that say nothing of the visitor. Who has just come has a list of such alone."""


class Tastes:
    """What each visitor likes at this moment."""

    def __init__(
        self,
        reader: ServingReader,
        baskets: VisitorNumbers,
        ratings: VisitorNumbers,
        viewed: Viewed,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._baskets = baskets
        self._ratings = ratings
        self._viewed = viewed
        self._clock = clock
        self._held: OrderedDict[tuple[VisitorId, str], tuple[Taste, float]] = OrderedDict()

    def read(self, visitor: VisitorId, catalog: ShopCatalog) -> Taste:
        """Learn a taste from the visitor's list, what they viewed, their basket, and what they gave many stars."""
        return Taste(self._liked(visitor, catalog))

    def hold(self, visitor: VisitorId, text: str, catalog: ShopCatalog) -> Taste:
        """Return the taste that this search began with; a new one at its beginning."""
        now, key = self._clock(), (visitor, text)
        held = self._held.get(key)
        if held is None or now - held[1] > HELD_SECONDS:
            held = (self.read(visitor, catalog), now)
        self._held[key] = (held[0], now)
        self._held.move_to_end(key)
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return held[0]

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Begin afresh for both: what they did is together now."""
        self.forget(source)
        self.forget(target)

    def forget(self, visitor: VisitorId) -> None:
        """Forget what is held of a visitor."""
        for key in [key for key in self._held if key[0] == visitor]:
            del self._held[key]

    def _liked(self, visitor: VisitorId, catalog: ShopCatalog) -> Iterator[tuple[Product, float]]:
        ranking = self._reader.read_ranking(visitor)
        listed = ranking.items if ranking and any(item.reason.kind not in OF_ALL for item in ranking.items) else ()
        weights = {item.item: 1 / (2 + place) for place, item in enumerate(listed)}
        for place, item in enumerate(self._viewed.read(visitor)[:MOST_VIEWED]):
            weights[item] = weights.get(item, 0.0) + 1 / (2 + place)
        for item in self._baskets.read(visitor):
            weights[item] = weights.get(item, 0.0) + BASKET_WEIGHT
        for item, stars in self._ratings.read(visitor).items():
            if stars >= 4:
                weights[item] = weights.get(item, 0.0) + RATED_WEIGHT
        for item, weight in weights.items():
            if (product := catalog.product(item)) is not None:
                yield product, weight
