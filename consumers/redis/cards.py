"""The products that are served now, as cards for pushes."""

from collections.abc import Iterable

from consumers.redis.catalog_reader import ChangedItems, PublishedCatalog
from online_models.schema.events import EventId, ItemId, RankingId
from online_models.schema.product import Product
from online_models.schema.recommendations import Card, RankedItem, card_of

MAX_RANKING_ID = 64


class Cards:
    """Looks products up. Before the first catalog it knows none."""

    def __init__(self) -> None:
        self._products: dict[ItemId, Product] = {}
        self._version = ""

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self._products)

    def use(self, catalog: PublishedCatalog) -> None:
        """Take products from this version on."""
        self._products = dict(catalog.products)
        self._version = "".join(c for c in catalog.version if c.isalnum() or c in "._:-")

    def change(self, changed: ChangedItems) -> None:
        """Take changes of this version."""
        self._products |= changed.products
        for item in changed.gone:
            self._products.pop(item, None)

    def of(self, items: Iterable[RankedItem]) -> tuple[Card, ...]:
        """Return the cards of the items that are for sale, in order."""
        found = ((self._products.get(ranked.item), ranked.reason) for ranked in items)
        return tuple([card_of(product, reason) for product, reason in found if product and not product.is_sold_out])

    def categories(self, items: Iterable[ItemId]) -> list[str]:
        """Return the categories of the items that there are, in order."""
        found = map(self._products.get, items)
        return [product.category for product in found if product is not None]

    def ranking_id(self, cause: EventId, part: str = "") -> RankingId:
        """Name a list after the event that caused it, its part of the page, and the catalog that it shows."""
        parts = [cause, *filter(None, (part, self._version))]
        return RankingId("~".join(parts)[:MAX_RANKING_ID])
