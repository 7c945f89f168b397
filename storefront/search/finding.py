"""Answers a search: as typed; else with spelling corrected; else by meaning and most of its words. Ranks the found."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from online_models.schema.events import ItemId
from online_models.schema.search_terms import terms_of
from storefront.search.index.columns import Columns, DocIds
from storefront.search.index.index_holder import IndexedCatalog
from storefront.search.index.text_index import Found
from storefront.search.index.words import Words, distance, typos_allowed
from storefront.search.taste import FIRST, WEIGHT, Taste

LOOKED_AT = 60
"""How many of the best products are searched for the intended word."""

RATHER = 10
"""A word that only begins longer ones is corrected if that finds this many times more products."""

MEANING = 0.75
"""How much the meaning counts, beside the words, where not all words are found. See docs/quality.md."""

SELLING = 0.15
"""How much more the best seller counts than what never sold, among products that match as well."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and for which words.

    Attributes
    ----------
    corrected
        The text as it was probably meant; empty if its words were found as typed.
    as_typed
        Where another text was probably meant: how many products the text as typed finds.
    is_relaxed
        Whether only most of the words were found in each product.
    is_by_meaning
        Whether products were found that are near in meaning, and need not have any of the words.
    """

    found: Found
    words: Words
    corrected: str = ""
    as_typed: int = 0
    is_relaxed: bool = False
    is_by_meaning: bool = False


class Scores:
    """How well products match, and the order that follows: by match, then the best of them by taste.

    What the visitor has dismissed, ``unwanted``, comes last: it is found all the same.
    """

    def __init__(self, columns: Columns, found: Found | None = None, unwanted: frozenset[ItemId] = frozenset()) -> None:
        self._products = columns.products
        self._unwanted = unwanted
        self._values: NDArray[np.float64] = np.zeros(columns.size)
        if found is not None:
            self._values[found.docs] = found.scores * (1 + SELLING * columns.selling[found.docs])

    def sort(self, docs: DocIds, taste: Taste | None = None, weight: float = WEIGHT) -> DocIds:
        """Sort ascending numbers of products, the best first; of equals the better seller. Taste re-ranks the first."""
        ranked = docs[np.argsort(-self._values[docs], kind="stable")]
        if taste:
            head = ranked[:FIRST]
            liked = np.array([taste.affinity(self._products[doc]) for doc in head.tolist()])
            again = np.lexsort((head, -self._values[head] * (1 + weight * liked)))
            ranked = np.concatenate([head[again], ranked[FIRST:]])
        return self._unwanted_last(ranked) if self._unwanted else ranked

    def _unwanted_last(self, ranked: DocIds) -> DocIds:
        is_unwanted = np.array([self._products[doc].item in self._unwanted for doc in ranked.tolist()], bool)
        return np.concatenate([ranked[~is_unwanted], ranked[is_unwanted]])


def answer(indexed: IndexedCatalog, words: Words, is_exact: bool = False) -> Answer:
    """Answer a search; one that is exact finds its words as they are typed, or nothing."""
    found = indexed.text.find_exact(words)
    if is_exact or not words.terms or (len(found.docs) and (words.is_typing or _are_known(indexed, words))):
        return Answer(found, words)
    meant = correct(indexed, words)
    if meant is not None:
        instead = indexed.text.find_exact(meant)
        if len(instead.docs) > RATHER * len(found.docs):
            return Answer(instead, meant, "" if words.is_typing else meant.text, len(found.docs))
    if len(found.docs):
        return Answer(found, words)
    most = indexed.text.find_most(known := _with_known(indexed, words))
    near = Found() if words.is_typing else indexed.find_near(words.terms)
    if len(near.docs):
        return Answer(_together(most, near), known, is_by_meaning=True)
    return Answer(most, known, is_relaxed=bool(len(most.docs)))


def _together(most: Found, near: Found) -> Found:
    """Add up what the words and the meaning say of each product, each from 0 to 1."""
    docs = np.union1d(most.docs, near.docs)
    scores = np.zeros(len(docs))
    for found, share in ((most, 1 - MEANING), (near, MEANING)):
        if len(found.docs):
            scores[np.searchsorted(docs, found.docs)] += share * found.scores / found.scores.max()
    return Found(docs, scores)


def correct(indexed: IndexedCatalog, words: Words) -> Words | None:
    """Return the probable correction: each word that the nearest products lack is replaced by one they have."""
    found = indexed.text.find_loose(words)
    best = found.docs[np.lexsort((found.docs, -found.scores))][:LOOKED_AT]
    seen: Counter[str] = Counter()
    for doc in best.tolist():
        product = indexed.columns.products[doc]
        seen.update({*terms_of(product.title), *(term for tag in product.tags for term in terms_of(tag))})
    stems = {indexed.text.stem(term) for term in seen}
    meant = {
        term: near
        for term in words.terms
        if term not in seen and indexed.text.stem(term) not in stems and (near := _nearest(term, seen))
    }
    return _replaced(words, meant) if meant else None


def _with_known(indexed: IndexedCatalog, words: Words) -> Words:
    """Correct each word that no product has by itself."""
    meant: dict[str, str] = {}
    for term in words.terms:
        if typos_allowed(term) and not indexed.text.knows(term):
            near = correct(indexed, Words(term, (term,)))
            if near is not None:
                meant[term] = near.terms[0]
    return _replaced(words, meant) if meant else words


def _replaced(words: Words, meant: dict[str, str]) -> Words:
    text = " ".join(dict.fromkeys(meant.get(term, term) for term in terms_of(words.text)))
    return replace(words, text=text, terms=tuple(dict.fromkeys(meant.get(term, term) for term in words.terms)))


def _are_known(indexed: IndexedCatalog, words: Words) -> bool:
    return all(indexed.text.knows(term) for term in words.terms) or any(letter.isdigit() for letter in words.terms[-1])


def _nearest(term: str, seen: Counter[str]) -> str:
    most = typos_allowed(term)
    near = [(steps, -count, word) for word, count in seen.items() if (steps := distance(term, word, most)) <= most]
    return min(near)[2] if most and near else ""
