"""The groups of items, by index: category, family and type. They follow changes of single products."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from online_models.arrays.growth import grown
from online_models.arrays.types import NO_INDEX, Indices
from online_models.catalog.item_types import type_of, vague_categories
from online_models.schema.product import Product

Group = str | tuple[str, str]


class ItemGroups:
    """Numbers of groups, from 0; -1 where an item has none. Numbers mean something only beside each other.

    A family is what one brand makes in a category; where brands are not known, what a category has of one theme. For
    types see `type_of`.

    Examples
    --------
    >>> from online_models.schema.events import ItemId
    >>> def ware(title: str, category: str) -> Product:
    ...     return Product(item=ItemId(title), title=title, price=1, category=category)
    >>> groups = ItemGroups()
    >>> groups.fill({0: ware("Mug", "mugs"), 2: ware("Tote", "bags")}, items=3)
    >>> groups.put(1, ware("Cup", "mugs"), items=4)
    >>> groups.categories(4)
    array([ 0,  0,  1, -1], dtype=int32)
    """

    def __init__(self) -> None:
        self.fill({}, 0)

    @property
    def types(self) -> Indices:
        """By item its type, int32, shape (items,)."""
        return self._types.values[: self._items]

    def fill(self, products: Mapping[int, Product], items: int) -> None:
        """Replace all groups: of these products, by index, each below ``items``."""
        self._items, self._products = items, dict(products)
        self._sizes = Counter(product.category for product in products.values())
        self._categories, self._families = _Numbers(items), _Numbers(items)
        for index, product in products.items():
            self._put_groups(index, product)
        self._fill_types()

    def put(self, index: int, product: Product, items: int) -> None:
        """Group one product anew, or one more; all items are below ``items`` now."""
        self._items = max(items, self._items)
        for numbers in (self._categories, self._families, self._types):
            numbers.values = grown(numbers.values, self._items, fill=NO_INDEX)
        before = self._products.get(index)
        if before is not None:
            self._sizes[before.category] -= 1
        self._sizes[product.category] += 1
        self._products[index] = product
        self._put_groups(index, product)
        if vague_categories(self._sizes, len(self._products)) != self._vague:
            self._fill_types()
        else:
            self._types.put(index, type_of(product, self._vague))

    def categories(self, items: int) -> Indices:
        """Return the categories of all items below ``items``, int32, shape (items,)."""
        return self._categories.below(items)

    def families(self, items: int) -> Indices:
        """Return the families of all items below ``items``, int32, shape (items,)."""
        return self._families.below(items)

    def _put_groups(self, index: int, product: Product) -> None:
        kind = product.brand or product.theme
        self._categories.put(index, product.category)
        self._families.put(index, (product.category, kind) if kind else None)

    def _fill_types(self) -> None:
        self._vague = vague_categories(self._sizes, len(self._products))
        self._types = _Numbers(self._items)
        for index, product in self._products.items():
            self._types.put(index, type_of(product, self._vague))


class _Numbers:
    """Groups by name, in the order in which they came."""

    def __init__(self, items: int) -> None:
        self._names: dict[Group, int] = {}
        self.values: Indices = np.full(items, NO_INDEX, np.int32)

    def put(self, index: int, name: Group | None) -> None:
        self.values[index] = NO_INDEX if name is None else self._names.setdefault(name, len(self._names))

    def below(self, items: int) -> Indices:
        found: Indices = np.full(items, NO_INDEX, np.int32)
        known = self.values[:items]
        found[: len(known)] = known
        return found
