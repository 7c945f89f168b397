"""A visitor's taste, to personalize a search: learned from their list, views, basket and ratings.

It is held while they page through one search, so that all pages have the same order.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.phrases import ReasonKind
from online_models.schema.product import Product
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.viewed import Viewed

WEIGHT = 0.3
"""The gain of a product that matches the visitor's taste fully: 30 % of its text score.

Chosen by benchmarks/personal_search.py; see docs/quality.md."""

FIRST = 200
"""How many of the best results are re-ranked."""

_SHARES = {"item": 0.3, "category": 0.25, "theme": 0.2, "tag": 0.15, "colour": 0.1}

HELD_SECONDS = 600.0
MOST_HELD = 1_000
MOST_VIEWED = 12
BASKET_WEIGHT, RATED_WEIGHT = 0.5, 0.25

IMPERSONAL: frozenset[ReasonKind] = frozenset({"trending", "popular", "top_rated", "new"})
"""Reasons that are not personal. A new visitor's list has only these."""


class Taste:
    """What a visitor likes, learned from weighted products. An empty one has no preference."""

    def __init__(self, liked: Iterable[tuple[Product, float]]) -> None:
        counts: dict[str, dict[str, float]] = {kind: {} for kind in _SHARES}
        for product, weight in liked:
            for kind, words in _features(product).items():
                for word in words:
                    counts[kind][word] = counts[kind].get(word, 0.0) + weight
        self._weights = {
            kind: {word: _SHARES[kind] * number / max(words.values()) for word, number in words.items()}
            for kind, words in counts.items()
        }

    def __bool__(self) -> bool:
        return any(self._weights.values())

    def affinity(self, product: Product) -> float:
        """Return how well a product matches the taste, from 0 to 1."""
        weights = self._weights
        total = weights["item"].get(product.item, 0.0) + weights["category"].get(product.category, 0.0)
        if product.theme:
            total += weights["theme"].get(product.theme, 0.0)
        if product.colour:
            total += weights["colour"].get(product.colour, 0.0)
        tags = weights["tag"]
        return total + max([tags.get(tag, 0.0) for tag in product.tags], default=0.0)


class Tastes:
    """The tastes of visitors."""

    def __init__(
        self,
        reader: ServingReader,
        belongings: BelongingsReader,
        viewed: Viewed,
        profiling: ProfilingChoice,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._belongings = belongings
        self._viewed = viewed
        self._profiling = profiling
        self._clock = clock
        self._held: OrderedDict[tuple[VisitorId, str], tuple[Taste, float]] = OrderedDict()

    def read(self, visitor: VisitorId, catalog: ShopCatalog) -> Taste:
        """Learn a taste from the visitor's list, views, basket and high ratings; none without profiling."""
        return Taste(() if self._profiling.is_off() else self._liked(visitor, catalog))

    def dismissed(self, visitor: VisitorId) -> frozenset[ItemId]:
        """Return what the visitor does not want to be offered."""
        return frozenset(self._belongings.read(visitor).dismissed)

    def hold(self, visitor: VisitorId, text: str, catalog: ShopCatalog) -> Taste:
        """Return the taste held for this search; learn one if it is new."""
        if self._profiling.is_off():
            return Taste(())
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
        """Forget both: their history is now one."""
        self.forget(source)
        self.forget(target)

    def forget(self, visitor: VisitorId) -> None:
        """Forget the tastes held for a visitor."""
        for key in [key for key in self._held if key[0] == visitor]:
            del self._held[key]

    def _liked(self, visitor: VisitorId, catalog: ShopCatalog) -> Iterator[tuple[Product, float]]:
        ranking = self._reader.read_ranking(visitor)
        listed = ranking.items if ranking and any(item.reason.kind not in IMPERSONAL for item in ranking.items) else ()
        weights = {item.item: 1 / (2 + position) for position, item in enumerate(listed)}
        for position, item in enumerate(self._viewed.read(visitor)[:MOST_VIEWED]):
            weights[item] = weights.get(item, 0.0) + 1 / (2 + position)
        belongings = self._belongings.read(visitor)
        for item in belongings.basket:
            weights[item] = weights.get(item, 0.0) + BASKET_WEIGHT
        for item, stars in belongings.stars.items():
            if stars >= 4:
                weights[item] = weights.get(item, 0.0) + RATED_WEIGHT
        for item, weight in weights.items():
            if (product := catalog.product(item)) is not None:
                yield product, weight


def _features(product: Product) -> Mapping[str, tuple[str, ...]]:
    return {
        "item": (product.item,),
        "category": (product.category,),
        "theme": (product.theme,) if product.theme else (),
        "tag": product.tags,
        "colour": (product.colour,) if product.colour else (),
    }
