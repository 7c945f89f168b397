"""Search without an index, by scanning all titles: for a version without one, and until the first is loaded."""

import numpy as np

from online_models.schema.search_terms import terms_of
from storefront.search.index.columns import Columns
from storefront.search.index.text_index import Found
from storefront.search.index.words import Words


class TitleScan:
    """Finds products in whose title every term begins a word."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._titles: list[str] = []

    def find_exact(self, words: Words) -> Found:
        """Find products by title or item id."""
        if not words.terms:
            return Found()
        if not self._titles:
            self._titles = [" " + " ".join(terms_of(product.title)) for product in self._columns.products]
        begun = [f" {term}" for term in words.terms]
        docs = [
            doc
            for doc, title in enumerate(self._titles)
            if all(term in title for term in begun) or self._columns.products[doc].item.casefold() == words.item
        ]
        return Found(np.array(docs, np.int64), np.ones(len(docs)))

    def find_loose(self, words: Words) -> Found:
        """Find nothing: typing errors are not corrected."""
        del words
        return Found()

    def find_most(self, words: Words) -> Found:
        """Find nothing."""
        del words
        return Found()

    def complete(self, words: Words, most: int) -> list[str]:
        """Complete nothing."""
        del words, most
        return []

    def knows(self, term: str) -> bool:
        """Whether some title has a word that begins with the term."""
        return bool(len(self.find_exact(Words(term, (term,))).docs))

    def stem(self, term: str) -> str:
        """Return the term unchanged."""
        return term
