"""Which items keep to a filter, worked out when it is first asked and kept until the catalog changes."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from online_models.schema.product import Product
from online_models.schema.requested_list import ListFilter

_MOST_KEPT = 256
"""Categories and tags whose items are remembered: one byte an item each."""

_READY = (None, "in_stock")

Mask = NDArray[np.bool_]


class ItemFilters:
    """Filters over the products of one catalog, by index.

    Examples
    --------
    >>> from online_models.schema.events import ItemId
    >>> wares = [("mug", "kitchen", 300), ("bowl", "kitchen", 800), ("bear", "toys", 900)]
    >>> products = {
    ...     index: Product(item=ItemId(item), title=item, price=price, category=category)
    ...     for index, (item, category, price) in enumerate(wares)
    ... }
    >>> ItemFilters(products, items=4).fitting(ListFilter(categories=("kitchen", "garden"), max_price=500))
    array([ True, False, False, False])
    """

    def __init__(self, products: Mapping[int, Product], items: int) -> None:
        self._products = products
        self._items = items
        self._kept: dict[tuple[str, str], Mask] = {}
        self._known = np.zeros(items, np.bool_)
        self._known[list(products)] = True
        self._prices: NDArray[np.int64] | None = None

    def fitting(self, wanted: ListFilter) -> Mask:
        """Return a new array that tells of each item whether it keeps to a filter, bool, shape (items,)."""
        fitting = self._known.copy()
        if wanted.categories:
            own = np.zeros(self._items, np.bool_)
            for category in wanted.categories:
                own |= self._of_category(category)
            fitting &= own
        for tag in wanted.tags:
            fitting &= self._of_tag(tag)
        if wanted.min_price is not None:
            fitting &= self._all_prices() >= wanted.min_price
        if wanted.max_price is not None:
            fitting &= self._all_prices() <= wanted.max_price
        if wanted.in_stock:
            fitting &= self._having("ready", "", lambda product: product.availability in _READY)
        return fitting

    def _of_category(self, category: str) -> Mask:
        return self._having("category", category, lambda product: product.category == category)

    def _of_tag(self, tag: str) -> Mask:
        return self._having("tag", tag, lambda product: tag in product.tags)

    def _having(self, kind: str, value: str, has: Callable[[Product], bool]) -> Mask:
        known = self._kept.get((kind, value))
        if known is None:
            known = np.zeros(self._items, np.bool_)
            known[[index for index, product in self._products.items() if has(product)]] = True
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[kind, value] = known
        return known

    def _all_prices(self) -> NDArray[np.int64]:
        if self._prices is None:
            self._prices = np.full(self._items, -1, np.int64)
            self._prices[list(self._products)] = [product.price for product in self._products.values()]
        return self._prices
