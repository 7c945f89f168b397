"""The catalog as the models see it: which items are for sale, their titles, prices and groups."""

from bisect import insort
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import Indices, ScoredItems, Values
from online_models.catalog.item_filters import ItemFilters
from online_models.catalog.item_groups import ItemGroups
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.visitors.declared_preferences import DeclaredPreferences


class CatalogChange(NamedTuple):
    """What a change of the catalog has changed beside products.

    Attributes
    ----------
    regrouped
        Whether items are in other groups than before.
    returned
        Items that are for sale now and were not before.
    """

    regrouped: bool
    returned: Indices


class Catalog:
    """The products of the shop, by item and by index. An empty one knows no titles and excludes nothing."""

    def __init__(self) -> None:
        self._known: dict[ItemId, Product] = {}
        self._products: dict[ItemId, Product] = {}
        self._by_index: dict[int, Product] = {}
        self._not_for_sale: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._is_filled = False
        self.best_sellers: Indices = np.zeros(0, np.int32)
        """Items for sale by units sold before, then by item id."""
        self._groups = ItemGroups()
        self.filters = ItemFilters({}, 0)
        """Which items keep to a filter."""

    @property
    def types(self) -> Indices:
        """By item its type, numbered from 0, -1 for none: see `ItemGroups`."""
        return self._groups.types

    @property
    def known(self) -> Mapping[ItemId, Product]:
        """What the shop has, also what is sold out."""
        return self._known

    @property
    def products(self) -> Mapping[ItemId, Product]:
        """What is for sale."""
        return self._products

    def fill(
        self,
        products: Iterable[Product],
        items: ItemIdIndex,
        later: Collection[ItemId] = (),
        gone: Iterable[ItemId] = (),
    ) -> None:
        """Replace what the shop has. Items without an index are given one, in order of id, those that are gone, too.

        But for those that are given one ``later``, at their place in the log: until then they are not recommended.
        """
        self._known = {product.item: product for product in sorted(products, key=lambda product: product.item)}
        self._products = {item: product for item, product in self._known.items() if not product.is_sold_out}
        self._is_filled = bool(self._known)
        for item in sorted({*self._known, *gone}.difference(later)):
            items.add(item)
        indices = {items.index(item): product for item, product in self._known.items()}
        indices.pop(-1, None)
        self._by_index = indices
        self._not_for_sale = np.ones(len(items), np.bool_)
        for_sale = [index for index, product in indices.items() if not product.is_sold_out]
        self.best_sellers = np.array(sorted(for_sale, key=self._by_sales), np.int32)
        self._not_for_sale[self.best_sellers] = False
        self._groups.fill(indices, len(items))
        self.filters = ItemFilters(indices, len(items))

    def change(self, products: Iterable[Product], gone: Iterable[ItemId], items: ItemIdIndex) -> CatalogChange:
        """Change products, and take out items that are gone. Products without an index are given one, in their order.

        It takes time for the whole catalog only where items come in or out of what is for sale.
        """
        before, regrouped = self._not_for_sale.copy(), False
        self._is_filled = True
        for item in gone:
            self._known.pop(item, None)
            self._products.pop(item, None)
            self._mark(items.index(item), is_for_sale=False)
        for product in products:
            item, index = product.item, items.add(product.item)
            self._known[item] = product
            if product.is_sold_out:
                self._products.pop(item, None)
            else:
                self._products[item] = product
            self._mark(index, is_for_sale=not product.is_sold_out)
            if index >= 0:
                if _kind_of(self._by_index.get(index)) != _kind_of(product):
                    self._groups.put(index, product, len(items))
                    regrouped = True
                self._by_index[index] = product
        self.filters = ItemFilters(self._by_index, len(items))
        was_out = np.ones(len(self._not_for_sale), np.bool_)
        was_out[: len(before)] = before
        returned = np.flatnonzero(was_out & ~self._not_for_sale).astype(np.int32)
        self._reorder(returned)
        return CatalogChange(regrouped, returned)

    def _mark(self, index: int, *, is_for_sale: bool) -> None:
        if index < 0:
            return
        if index >= len(self._not_for_sale):
            more = np.ones(index + 1 - len(self._not_for_sale), np.bool_)
            self._not_for_sale = np.concatenate([self._not_for_sale, more])
        self._not_for_sale[index] = not is_for_sale

    def _reorder(self, returned: Indices) -> None:
        """Take what is not for sale any more out of the best sellers, and put in what is again."""
        kept = self.best_sellers[~self._not_for_sale[self.best_sellers]]
        if len(kept) == len(self.best_sellers) and not len(returned):
            return
        ordered = kept.tolist()
        for index in returned.tolist():
            insort(ordered, index, key=self._by_sales)
        self.best_sellers = np.array(ordered, np.int32)

    def _by_sales(self, index: int) -> tuple[int, ItemId]:
        product = self._by_index[index]
        return -product.sold, product.item

    def title(self, item: ItemId) -> str | None:
        """Return the item's title, if the shop has it."""
        product = self._known.get(item)
        return product.title if product else None

    def sold(self, index: int) -> int:
        """Return how many units of an item were sold before."""
        product = self._by_index.get(index)
        return product.sold if product else 0

    def excluded(self, items: int) -> NDArray[np.bool_]:
        """Return a new array that tells of each item below ``items`` whether it must not be recommended."""
        if not self._is_filled:
            return np.zeros(items, np.bool_)
        if items <= len(self._not_for_sale):
            return self._not_for_sale[:items].copy()
        excluded = np.ones(items, np.bool_)
        excluded[: len(self._not_for_sale)] = self._not_for_sale
        return excluded

    def for_sale(self, indices: Indices) -> NDArray[np.bool_]:
        """Tell of each item whether it may be recommended."""
        if not self._is_filled:
            return np.ones(len(indices), np.bool_)
        try:
            answer: NDArray[np.bool_] = ~self._not_for_sale[indices]
        except IndexError:  # Some were seen first after the catalog came.
            answer = ~self.excluded(int(indices.max()) + 1)[indices]
        return answer

    def groups(self, items: int) -> tuple[Indices, Indices]:
        """Return of each item below ``items`` its category and its family: see `ItemGroups`."""
        return self._groups.categories(items), self._groups.families(items)

    def liking(self, indices: Indices, declared: DeclaredPreferences) -> Values:
        """Return by what each item's odds are multiplied for a visitor's declared preferences."""
        return np.array([_liking(self._by_index.get(index), declared) for index in indices.tolist()], np.float32)

    def wished(self, declared: DeclaredPreferences, limit: int) -> ScoredItems:
        """Return the best sellers among what the visitor declared to like, as a source would propose them."""
        found: list[int] = []
        for index in self.best_sellers.tolist():
            product = self._by_index[index]
            named = product.category in declared.categories or product.colour in declared.colours
            if named and declared.allow(product.price):
                found.append(index)
                if len(found) == limit:
                    break
        return ScoredItems(np.array(found, np.int32), np.arange(len(found), 0, -1).astype(np.float32))


def _kind_of(product: Product | None) -> tuple[str | None, ...]:
    """Return what a product's groups and type depend on."""
    return (product.category, product.brand, product.theme, product.title) if product else ()


def _liking(product: Product | None, declared: DeclaredPreferences) -> float:
    if product is None:
        return 1.0
    liking = 1.0 if declared.allow(product.price) else 0.3
    if product.category in declared.categories:
        liking *= 1.5
    if product.colour in declared.colours:
        liking *= 1.2
    return liking
