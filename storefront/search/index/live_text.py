"""Search over a catalog that has changed since its index was built: a small index in memory is laid over that one."""

from collections.abc import Callable

import numpy as np

from online_models.schema.product import Product
from online_models.schema.search_terms import fields_of
from storefront.search.index.columns import Columns, Mask
from storefront.search.index.text_index import Found, TextIndex
from storefront.search.index.words import Words
from storefront.serving.catalog import ShopCatalog

Changed = dict[int, Product]
"""By number, the products that the published index does not know, or knows by other words."""


class LiveText:
    """Finds by the published index what is as it was, and by the live one what is new or reworded.

    Attributes
    ----------
    published
        The index that was built with the version.
    is_current
        By number, whether a product is as that index knows it.
    """

    def __init__(self, published: TextIndex, live: TextIndex | None, is_current: Mask) -> None:
        self.published = published
        self._live = live
        self.is_current = is_current

    def find_exact(self, words: Words) -> Found:
        """Find products with all the words."""
        return self._find(lambda index: index.find_exact(words))

    def find_loose(self, words: Words) -> Found:
        """Find products with all the words, typing errors allowed."""
        return self._find(lambda index: index.find_loose(words))

    def find_most(self, words: Words) -> Found:
        """Find products with two thirds of the words."""
        return self._find(lambda index: index.find_most(words))

    def complete(self, words: Words, most: int) -> list[str]:
        """Return words of titles that begin as the last term does."""
        found = self.published.complete(words, most)
        return list(dict.fromkeys(found + (self._live.complete(words, most) if self._live else [])))[:most]

    def knows(self, term: str) -> bool:
        """Whether some product has a word, in any of its forms."""
        return self.published.knows(term) or (self._live is not None and self._live.knows(term))

    def stem(self, term: str) -> str:
        """Return the stem of a term."""
        return self.published.stem(term)

    def _find(self, find: Callable[[TextIndex], Found]) -> Found:
        found = find(self.published)
        is_current = self.is_current[found.docs]
        docs, scores = found.docs[is_current], found.scores[is_current]
        if self._live is None:
            return Found(docs, scores)
        live = find(self._live)
        return Found(np.concatenate([docs, live.docs]), np.concatenate([scores, live.scores]))


class LiveTexts:
    """Lays what has changed over an index. The one in memory is kept until other words have changed."""

    def __init__(self) -> None:
        self._made: tuple[TextIndex, Changed, TextIndex | None] | None = None

    def lay_over(self, published: TextIndex, columns: Columns, catalog: ShopCatalog) -> TextIndex | LiveText:
        """Return what finds all products of a catalog: the published index itself where nothing has changed."""
        if not catalog.applied:
            return published
        reworded = [columns.numbers[item] for item in catalog.reworded if item in columns.numbers]
        numbers = [*sorted(reworded), *range(columns.published, columns.size)]
        changed = {number: columns.products[number] for number in numbers if columns.listed[number]}
        is_current = columns.listed.copy()
        is_current[numbers] = False
        return LiveText(published, self._index(published, changed, catalog), is_current)

    def _index(self, published: TextIndex, changed: Changed, catalog: ShopCatalog) -> TextIndex | None:
        if self._made is None or self._made[0] is not published or not _have_same_words(self._made[1], changed):
            names = {category.slug: category.name for category in catalog.categories}
            live = published.index_beside(changed.items(), names) if changed else None
            self._made = published, changed, live
        return self._made[2]


def _have_same_words(known: Changed, changed: Changed) -> bool:
    return known.keys() == changed.keys() and all(
        known[number] is product or _words_of(known[number]) == _words_of(product)
        for number, product in changed.items()
    )


def _words_of(product: Product) -> dict[str, str]:
    return fields_of(product, product.category)
