"""Lists of content neighbors of products that are new or reworded, and of those that are like them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from online_models.catalog.content_index import ContentIndex, Neighbors
from online_models.catalog.content_neighbors import NEIGHBORS
from online_models.schema.events import ItemId
from online_models.schema.product import Product

_log = logging.getLogger(__name__)

MOST_INDEXED = 200_000
"""Products that are compared: some 250 bytes of memory each."""

TOLD = 12
"""A product comes into the lists of so many others, those that are most like it."""

Read = Callable[[Sequence[ItemId]], Sequence[Neighbors]]
"""Reads the lists that some items have."""


class NeighborLists:
    """Compares products with all that a version has."""

    def __init__(self) -> None:
        self._index = ContentIndex()
        self._is_full = False

    def use(self, products: Iterable[Product]) -> None:
        """Forget what was known, and compare with these from now on."""
        self._index = ContentIndex()
        for product in products:
            self._add(product)

    def change(self, products: Sequence[Product], gone: Iterable[ItemId], read: Read) -> dict[ItemId, Neighbors]:
        """Return the lists that are others than before, by item.

        Parameters
        ----------
        products
            Those that are new or reworded.
        gone
            Items that are compared no more.
        read
            Reads what lists items have now.
        """
        withdrawn = frozenset(gone)
        for item in withdrawn:
            self._index.remove(item)
        for product in products:
            self._add(product)
        own = {product.item: self._index.nearest(product) for product in products}
        before = dict(zip(own, read(tuple(own)), strict=True)) if own else {}
        others = [item for item in _named(own, before) if item not in withdrawn]
        known = dict(zip(others, read(others), strict=True)) if others else {}
        lists = dict(known)
        for item in own:
            cosines, told = dict(own[item]), dict(own[item][:TOLD])
            for other in {**told, **dict(before[item])}:
                if other in lists and (other in told or any(near == item for near, _ in lists[other])):
                    lists[other] = _with(lists[other], item, cosines.get(other))
        return own | {item: pairs for item, pairs in lists.items() if pairs != known[item]}

    def _add(self, product: Product) -> None:
        if len(self._index) < MOST_INDEXED:
            self._index.add(product)
        elif not self._is_full:
            self._is_full = True
            _log.warning("products beyond %d get no place in the lists of others", MOST_INDEXED)


def _named(own: Mapping[ItemId, Neighbors], before: Mapping[ItemId, Neighbors]) -> list[ItemId]:
    """Return whose lists name one of these items, or shall."""
    named = (near for item in own for near, _ in (*own[item][:TOLD], *before[item]))
    return [item for item in dict.fromkeys(named) if item not in own]


def _with(pairs: Neighbors, item: ItemId, cosine: float | None) -> Neighbors:
    """Return a list with an item in its place; without it if there is no cosine."""
    others = [pair for pair in pairs if pair[0] != item]
    if cosine is None:
        return others
    return sorted([*others, (item, cosine)], key=lambda pair: (-pair[1], pair[0]))[:NEIGHBORS]
