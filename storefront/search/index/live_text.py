"""Search over a catalog that has changed since its index was built: a small index in memory is laid over that one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.schema.search_terms import fields_of
from storefront.search.index.columns import Columns, DocIds, Mask
from storefront.search.index.text_index import Found, TextIndex
from storefront.search.index.words import Words
from storefront.serving.catalog import ShopCatalog

SPARE = 1_000
"""So many products that are not as they were indexed are kept in pieces, beside as many as are."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An index in memory of some products, as they were when it was made, by their place among them."""

    index: TextIndex
    products: tuple[Product, ...]


class LiveText:
    """Finds by the published index what is as it was, and by the live one what is new or reworded.

    Attributes
    ----------
    published
        The index that was built with the version.
    is_current
        By number, whether a product is as that index knows it.

    Parameters
    ----------
    live
        Indexes of what is new or reworded, and by place in each the number of the product; -1 where it is not as it
        was there.
    """

    def __init__(self, published: TextIndex, live: Sequence[tuple[TextIndex, DocIds]], is_current: Mask) -> None:
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
        indexes = (self.published, *(index for index, _ in self._live))
        return list(dict.fromkeys(word for index in indexes for word in index.complete(words, most)))[:most]

    def knows(self, term: str) -> bool:
        """Whether some product has a word, in any of its forms."""
        return self.published.knows(term) or any(index.knows(term) for index, _ in self._live)

    def stem(self, term: str) -> str:
        """Return the stem of a term."""
        return self.published.stem(term)

    def _find(self, find: Callable[[TextIndex], Found]) -> Found:
        found = find(self.published)
        is_current = self.is_current[found.docs]
        docs, scores = [found.docs[is_current]], [found.scores[is_current]]
        for index, numbers in self._live:
            found = find(index)
            live = numbers[found.docs]
            docs.append(live[live >= 0])
            scores.append(found.scores[live >= 0])
        return Found(np.concatenate(docs), np.concatenate(scores))


class LiveTexts:
    """Lays what has changed over an index.

    What is new or reworded is indexed in memory in pieces, and small pieces are joined to larger ones: a change takes
    little time, however many there were before.
    """

    def __init__(self) -> None:
        self._published: TextIndex | None = None
        self._pieces: list[Piece] = []

    def lay_over(self, published: TextIndex, columns: Columns, catalog: ShopCatalog) -> TextIndex | LiveText:
        """Return what finds all products of a catalog: the published index itself where nothing has changed."""
        if not catalog.applied:
            return published
        reworded = [columns.numbers[item] for item in catalog.reworded if item in columns.numbers]
        numbers = [*sorted(reworded), *range(columns.published, columns.size)]
        changed = {columns.products[number].item: number for number in numbers if columns.listed[number]}
        is_current = columns.listed.copy()
        is_current[numbers] = False
        if published is not self._published:
            self._published, self._pieces = published, []
        return LiveText(published, self._index(published, columns, changed, catalog), is_current)

    def _index(
        self, published: TextIndex, columns: Columns, changed: Mapping[ItemId, int], catalog: ShopCatalog
    ) -> list[tuple[TextIndex, DocIds]]:
        """Return indexes of the changed products, by item its number."""
        if sum(len(piece.products) for piece in self._pieces) > 2 * len(changed) + SPARE:
            self._pieces = []
        known = [_numbers_in(piece, columns, changed) for piece in self._pieces]
        missing = set(changed.values()).difference(*(numbers.tolist() for numbers in known))
        if missing:
            new = [columns.products[number] for number in sorted(missing)]
            while self._pieces and len(self._pieces[-1].products) <= len(new):
                joined = self._pieces.pop().products
                new += [product for product, number in zip(joined, known.pop().tolist(), strict=True) if number >= 0]
            names = {category.slug: category.name for category in catalog.categories}
            self._pieces.append(Piece(published.index_beside(enumerate(new), names), tuple(new)))
            known.append(_numbers_in(self._pieces[-1], columns, changed))
        return [(piece.index, numbers) for piece, numbers in zip(self._pieces, known, strict=True)]


def _numbers_in(piece: Piece, columns: Columns, changed: Mapping[ItemId, int]) -> DocIds:
    """Return by place in a piece the number of the product; -1 where it is not as it was there, or no more."""
    numbers = (changed.get(product.item, -1) for product in piece.products)
    return np.array(
        [
            number if number >= 0 and _has_same_words(columns.products[number], product) else -1
            for number, product in zip(numbers, piece.products, strict=True)
        ],
        np.int64,
    )


def _has_same_words(one: Product, other: Product) -> bool:
    return one is other or fields_of(one, one.category) == fields_of(other, other.category)
