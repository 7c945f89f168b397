"""The lists that pages show, made of what the reader knows. An item that the shop does not sell now never appears."""

from collections.abc import Iterable

import msgspec

from online_models.schema import phrases
from online_models.schema.events import ItemId, RankingId, VisitorId
from online_models.schema.keyspace import RELATED_LENGTH
from online_models.schema.product import Product
from online_models.schema.recommendations import Card, RankedItem, Reason, card_of
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.dismissals import Dismissals

BEST_SELLER = Reason(phrase=phrases.BEST_SELLER)
NEW_PRODUCT = Reason(phrase=phrases.NEW)

ASKED_TO_FILL = 4
"""Of so many products in the basket the shop looks up what goes well with them, where their own list is short."""


class ShownList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One list on a page. ``ranking_id`` is set where the learner made it for this visitor."""

    surface: str
    items: tuple[Card, ...]
    ranking_id: RankingId | None = None


class Lists:
    """Reads each list, and fills it from the next best source where it is short."""

    def __init__(self, reader: ServingReader, dismissals: Dismissals) -> None:
        self._reader = reader
        self._dismissals = dismissals

    def read_for_you(self, visitor: VisitorId, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return the visitor's list; what is missing comes from trending, popular, then the best sellers."""
        catalog = self._reader.read_catalog()
        ranking = self._reader.read_ranking(visitor)
        builder = _Builder(catalog, length, (*without, *self._dismissals.of(visitor)))
        if ranking is not None:
            builder.take(ranking.items)
        builder.fill(self._reader)
        return ShownList(
            surface="for_you", items=builder.cards(), ranking_id=ranking.ranking_id if ranking is not None else None
        )

    def read_trending(self, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what moves now; the best sellers where nothing does."""
        builder = _Builder(self._reader.read_catalog(), length, without)
        builder.fill(self._reader)
        return ShownList(surface="trending", items=builder.cards())

    def read_top_rated(self, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what has the most stars; nothing before the first rating."""
        builder = _Builder(self._reader.read_catalog(), length, without)
        builder.take(self._reader.read_top_rated())
        return ShownList(surface="top_rated", items=builder.cards())

    def read_new_arrivals(self, length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what is new, whoever made the list."""
        builder = _Builder(self._reader.read_catalog(), length, without)
        builder.take(msgspec.structs.replace(ranked, reason=NEW_PRODUCT) for ranked in self._reader.read_new_arrivals())
        return ShownList(surface="new_arrivals", items=builder.cards())

    def read_goes_well_with(
        self, item: ItemId, length: int = RELATED_LENGTH, visitor: VisitorId | None = None
    ) -> ShownList:
        """Return what goes well with this item: for the visitor if they viewed it last, filled by what others took."""
        builder = _Builder(self._reader.read_catalog(), length, (item,))
        own = self._reader.read_goes_well_with_for(visitor) if visitor is not None else None
        if own is not None and own.item == item:
            builder.take(own.items)
        else:
            own = None
        if not builder.is_full:
            builder.take(self._reader.read_goes_well_with(item))
        return ShownList(
            surface="goes_well_with", items=builder.cards(), ranking_id=own.ranking_id if own is not None else None
        )

    def read_bought_together(
        self, visitor: VisitorId, basket: Iterable[ItemId], length: int = RELATED_LENGTH
    ) -> ShownList:
        """Return what is bought with what lies in the basket, without what lies there; nothing for an empty one.

        Filled by what goes well with what was put in last.
        """
        items = tuple(basket)
        builder = _Builder(self._reader.read_catalog(), length, items)
        own = self._reader.read_bought_together(visitor) if items else None
        if own is not None:
            builder.take(own.items)
        for item in items[: -ASKED_TO_FILL - 1 : -1]:
            if not builder.is_full:
                builder.take(self._reader.read_goes_well_with(item))
        return ShownList(
            surface="bought_together", items=builder.cards(), ranking_id=own.ranking_id if own is not None else None
        )

    def read_recently_viewed(self, items: Iterable[ItemId], length: int, without: Iterable[str] = ()) -> ShownList:
        """Return what the visitor opened lately, newest first."""
        builder = _Builder(self._reader.read_catalog(), length, without)
        builder.take_products(items)
        return ShownList(surface="recently_viewed", items=builder.cards())

    def read_similar(self, product: Product, length: int = RELATED_LENGTH, without: Iterable[str] = ()) -> ShownList:
        """Return what the models find similar, else the products whose words are nearest."""
        catalog = self._reader.read_catalog()
        builder = _Builder(catalog, length, (product.item, *without))
        builder.take(self._reader.read_learned_similar(product.item))
        if learned := builder.cards():
            return ShownList(surface="similar", items=learned)
        seen = {product.item, *without}
        nearest = [item for item, _ in self._reader.read_similar(product.item) if item not in seen]
        cards = tuple(map(card_of, catalog.present(nearest)[:length]))
        return ShownList(surface="similar", items=cards)


class _Builder:
    """Collects products from one source after another, each once."""

    def __init__(self, catalog: ShopCatalog, length: int, without: Iterable[str]) -> None:
        self._catalog = catalog
        self._length = length
        self._seen = set(without)
        self._cards: list[Card] = []

    def take(self, items: Iterable[RankedItem]) -> None:
        for ranked in items:
            self._add(ranked.item, ranked.reason)

    def take_products(self, items: Iterable[ItemId]) -> None:
        for item in items:
            self._add(item)

    def fill(self, reader: ServingReader) -> None:
        if len(self._cards) < self._length:
            self.take(reader.read_trending())
        if len(self._cards) < self._length:
            self.take(reader.read_popular())
        for item in self._catalog.best_sellers:
            if len(self._cards) >= self._length:
                return
            self._add(item, BEST_SELLER)

    @property
    def is_full(self) -> bool:
        return len(self._cards) >= self._length

    def cards(self) -> tuple[Card, ...]:
        return tuple(self._cards)

    def _add(self, item: ItemId, reason: Reason | None = None) -> None:
        product = self._catalog.product(item)
        if product is None or item in self._seen or len(self._cards) >= self._length:
            return
        self._seen.add(item)
        self._cards.append(card_of(product, reason))
