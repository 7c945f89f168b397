"""One published version of what the shop sells, held in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product


@dataclass(frozen=True, slots=True)
class ShopCatalog:
    """Products, categories, and the order of each category and of each group of variants (best sellers first).

    Attributes
    ----------
    applied
        Up to which offset of the catalog's topic its changes are part of it.
    published
        All items as the version was published, best sellers first; None where that still is ``best_sellers``.
    reworded
        Items that are found by other words than when the version was published.
    withdrawn
        Items that cannot be bought any more, or are gone, since this process has the version: the last ones.
    """

    version: str = ""
    products: dict[ItemId, Product] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    by_category: dict[str, tuple[ItemId, ...]] = field(default_factory=dict)
    best_sellers: tuple[ItemId, ...] = ()
    currencies: tuple[str, ...] = ("GBP",)
    by_group: dict[str, tuple[ItemId, ...]] = field(default_factory=dict)
    applied: int = 0
    published: tuple[ItemId, ...] | None = None
    reworded: frozenset[ItemId] = frozenset()
    withdrawn: tuple[ItemId, ...] = ()

    @property
    def revision(self) -> str:
        """What names this very state: the version, and up to where it was changed."""
        return f"{self.version}.{self.applied}" if self.applied else self.version

    @property
    def indexed(self) -> tuple[ItemId, ...]:
        """The items of the search index, in its order: those that were published, also if they are gone."""
        return (self.best_sellers or tuple(self.products)) if self.published is None else self.published

    @property
    def numbered(self) -> tuple[ItemId, ...]:
        """All items: those of the search index, then others."""
        if self.published is None:
            return self.indexed
        known = frozenset(self.published)
        return (*self.published, *(item for item in self.best_sellers if item not in known))

    def product(self, item: str) -> Product | None:
        """Return a product, or None if the shop does not sell it now."""
        return self.products.get(ItemId(item))

    def variants(self, product: Product) -> list[Product]:
        """Return a product with its variants, best sellers first; nothing where it has none."""
        variants = self.present(self.by_group.get(product.group, ()))
        return variants if len(variants) > 1 else []

    def category(self, slug: str) -> Category | None:
        """Return a category, or None if there is none of that name."""
        return next((category for category in self.categories if category.slug == slug), None)

    def present(self, items: Iterable[str]) -> list[Product]:
        """Return the products among ``items`` that the shop sells now, in order."""
        return [product for item in items if (product := self.products.get(ItemId(item)))]

    def in_category(self, slug: str, start: int, length: int) -> list[Product]:
        """Return a part of a category, best sellers first."""
        return self.present(self.by_category.get(slug, ())[start : start + length])


def group_variants(products: Iterable[Product]) -> dict[str, tuple[ItemId, ...]]:
    """Return the variants of each group, in the order in which the products come."""
    groups: dict[str, tuple[ItemId, ...]] = {}
    for product in products:
        if product.group:
            groups[product.group] = (*groups.get(product.group, ()), product.item)
    return groups
