"""The lists that pages show, made of what the reader knows.

An item that cannot be bought now never appears, nor one that the visitor has dismissed: who makes a list for
everybody knows nothing of that. Without profiling no list is the visitor's own.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain, islice, zip_longest

import msgspec

from online_models.schema import phrases
from online_models.schema.events import ItemId, RankingId, VisitorId
from online_models.schema.keyspace import RELATED_LENGTH
from online_models.schema.product import Product
from online_models.schema.recommendations import Card, RankedItem, Ranking, Reason, card_of
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice

BEST_SELLER = Reason(phrase=phrases.BEST_SELLER)
NEW_PRODUCT = Reason(phrase=phrases.NEW)
UNDISCOVERED = Reason(phrase=phrases.UNDISCOVERED)

SURPRISES = 20
"""Of so many best sellers of a category one is drawn as a surprise."""

ASKED_TO_FILL = 4
"""Of so many products in the basket the shop looks up what goes well with them, where their own list is short."""

Candidates = Iterable[tuple[ItemId, Reason | None]]
"""Items with their reasons, best first. They are read only as far as a list has room."""


class ShownList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One list on a page. ``ranking_id`` is set where the learner made it for this visitor."""

    surface: str
    items: tuple[Card, ...]
    ranking_id: RankingId | None = None


class Lists:
    """Reads each list, and fills it from the next best source where it is short."""

    def __init__(
        self, reader: ServingReader, belongings: BelongingsReader, profiling: ProfilingChoice, *, varies: bool = True
    ) -> None:
        self._varies = varies
        self._reader = reader
        self._belongings = belongings
        self._profiling = profiling

    def read_own(self, visitor: VisitorId) -> Ranking | None:
        """Return the visitor's own list as the learner made it, if it has; None without profiling."""
        return None if self._profiling.is_off() else self._reader.read_ranking(visitor)

    def read_for_you(self, visitor: VisitorId, length: int, without: Iterable[str] = (), reload: str = "") -> ShownList:
        """Return the visitor's list; what is missing comes from trending, popular, then the best sellers.

        With the name of a ``reload``, the last quarter of it varies with that.
        """
        own = self.read_own(visitor)
        if own is not None and reload and self._varies:
            own = _revolved(own, length, reload)
        return self._show(visitor, "for_you", self._filled(own), length, without, own)

    def read_trending(self, visitor: VisitorId, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what moves now; the best sellers where nothing does."""
        return self._show(visitor, "trending", self._filled(None), length, without)

    def read_top_rated(self, visitor: VisitorId, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what has the most stars; nothing before the first rating."""
        return self._show(visitor, "top_rated", _reasoned(self._reader.read_top_rated()), length, without)

    def read_new_arrivals(self, visitor: VisitorId, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what is new, whoever made the list."""
        new = ((ranked.item, NEW_PRODUCT) for ranked in self._reader.read_new_arrivals())
        return self._show(visitor, "new_arrivals", new, length, without)

    def read_goes_well_with(self, visitor: VisitorId, item: ItemId, length: int = RELATED_LENGTH) -> ShownList:
        """Return what goes well with this item: for the visitor if they viewed it last, filled by what others took."""
        own = self._reader.read_goes_well_with_for(visitor)
        if own is not None and (own.item != item or self._profiling.is_off()):
            own = None
        return self._show(visitor, "goes_well_with", self._related(own, (item,)), length, (item,), own)

    def read_bought_together(
        self, visitor: VisitorId, basket: Iterable[ItemId], length: int = RELATED_LENGTH
    ) -> ShownList:
        """Return what is bought with what lies in the basket, without what lies there; nothing for an empty one.

        Filled by what goes well with what was put in last.
        """
        items = tuple(basket)
        own = self._reader.read_bought_together(visitor) if items and not self._profiling.is_off() else None
        last_ones = items[: -ASKED_TO_FILL - 1 : -1]
        return self._show(visitor, "bought_together", self._related(own, last_ones), length, items, own)

    def read_recently_viewed(
        self, visitor: VisitorId, items: Iterable[ItemId], length: int, without: Iterable[str] = ()
    ) -> ShownList:
        """Return what the visitor opened lately, newest first; nothing without profiling."""
        items = () if self._profiling.is_off() else items
        return self._show(visitor, "recently_viewed", ((item, None) for item in items), length, without)

    def read_new_to_you(
        self, visitor: VisitorId, seen: Iterable[ItemId], length: int, without: Iterable[str] = ()
    ) -> ShownList:
        """Return the best sellers of categories that the visitor has opened nothing of, one of each in turn.

        Nothing for who has opened nothing: all is new to them.
        """
        rounds = zip_longest(*self._unseen(seen))
        best = ((item, None) for item in chain.from_iterable(rounds) if item is not None)
        return self._show(visitor, "new_to_you", best, length, without)

    def read_surprise(
        self, visitor: VisitorId, seen: Iterable[ItemId], draw: int, without: Iterable[str] = ()
    ) -> ShownList:
        """Return one of the best sellers of a category that the visitor has opened nothing of, by a number drawn."""
        categories = self._unseen(seen)
        drawn: tuple[ItemId, ...] = ()
        if categories:
            category = categories[draw % len(categories)][:SURPRISES]
            start = draw // len(categories) % len(category)
            drawn = category[start:] + category[:start]
        return self._show(visitor, "surprise", ((item, UNDISCOVERED) for item in drawn), 1, without)

    def read_similar(
        self, visitor: VisitorId, product: Product, length: int = RELATED_LENGTH, without: Iterable[str] = ()
    ) -> ShownList:
        """Return what the models find similar, else the products whose words are nearest."""
        unwanted = (product.item, *without)
        learned = _reasoned(self._reader.read_learned_similar(product.item))
        shown = self._show(visitor, "similar", learned, length, unwanted)
        if shown.items:
            return shown
        nearest = ((item, None) for item, _ in self._reader.read_similar(product.item))
        return self._show(visitor, "similar", nearest, length, unwanted)

    def _show(
        self,
        visitor: VisitorId,
        surface: str,
        candidates: Candidates,
        length: int,
        without: Iterable[str],
        own: Ranking | None = None,
    ) -> ShownList:
        """Return the first products among the candidates, each once. ``own`` is the visitor's own list among them."""
        unwanted = (*without, *self._belongings.read(visitor).dismissed)
        cards = tuple(islice(self._cards(candidates, unwanted), length))
        return ShownList(surface=surface, items=cards, ranking_id=own.ranking_id if own is not None else None)

    def _cards(self, candidates: Candidates, without: Iterable[str]) -> Iterator[Card]:
        catalog, seen = self._reader.read_catalog(), set(without)
        for item, reason in candidates:
            product = catalog.product(item)
            if product is not None and not product.is_sold_out and item not in seen:
                seen.add(item)
                yield card_of(product, reason)

    def _filled(self, own: Ranking | None) -> Iterator[tuple[ItemId, Reason | None]]:
        if own is not None:
            yield from _reasoned(own.items)
        yield from _reasoned(self._reader.read_trending())
        yield from _reasoned(self._reader.read_popular())
        for item in self._reader.read_catalog().best_sellers:
            yield item, BEST_SELLER

    def _unseen(self, seen: Iterable[ItemId]) -> list[tuple[ItemId, ...]]:
        """Return the categories, best sellers first, of which none was seen; nothing where nothing was seen at all."""
        catalog = self._reader.read_catalog()
        known = {product.category for product in catalog.present(seen)}
        slugs = [category.slug for category in catalog.categories if known and category.slug not in known]
        return [items for slug in slugs if (items := catalog.by_category.get(slug, ()))]

    def _related(self, own: Ranking | None, items: Iterable[ItemId]) -> Iterator[tuple[ItemId, Reason | None]]:
        if own is not None:
            yield from _reasoned(own.items)
        for item in items:
            yield from _reasoned(self._reader.read_goes_well_with(item))


def _revolved(ranking: Ranking, length: int, reload: str) -> Ranking:
    """Let items from behind the shown ones of a list come into their last quarter, by chance."""
    kept = length - length // 4
    rest = ranking.items[kept:]
    lots = [blake2b(f"{ranking.ranking_id} {reload} {place}".encode()).digest() for place in range(len(rest))]
    drawn = sorted(sorted(range(len(rest)), key=lots.__getitem__)[: length // 4])
    behind = [item for place, item in enumerate(rest) if place not in drawn]
    items = (*ranking.items[:kept], *(rest[place] for place in drawn), *behind)
    return msgspec.structs.replace(ranking, items=items)


def _reasoned(items: Iterable[RankedItem]) -> Iterator[tuple[ItemId, Reason | None]]:
    return ((ranked.item, ranked.reason) for ranked in items)
