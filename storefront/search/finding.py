"""How a search is answered: as typed; else as it was probably meant; else by most of its words."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from online_models.schema.search_terms import terms_of
from storefront.search.index.found import Found
from storefront.search.index.index_holder import IndexedCatalog
from storefront.search.index.words import Words, distance, typos_allowed

LOOKED_AT = 60
"""So many of the best products are looked through for the word that was meant."""

RATHER = 10
"""A word that is only the beginning of longer ones is corrected if that finds so many times more."""


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
    """

    found: Found
    words: Words
    corrected: str = ""
    as_typed: int = 0
    is_relaxed: bool = False


def answer(indexed: IndexedCatalog, words: Words, is_exact: bool = False) -> Answer:
    """Answer a search; one that is exact finds its words as they are typed, or nothing."""
    found = indexed.text.find_exact(words)
    if is_exact or not words.terms or (len(found.places) and (words.is_typing or _are_known(indexed, words))):
        return Answer(found, words)
    meant = correct(indexed, words)
    if meant is not None:
        instead = indexed.text.find_exact(meant)
        if len(instead.places) > RATHER * len(found.places):
            return Answer(instead, meant, "" if words.is_typing else meant.text, len(found.places))
    if len(found.places):
        return Answer(found, words)
    most = indexed.text.find_most(known := _with_known(indexed, words))
    return Answer(most, known, is_relaxed=bool(len(most.places)))


def correct(indexed: IndexedCatalog, words: Words) -> Words | None:
    """Return what was probably meant: each word that the nearest products do not have is replaced by one they have."""
    found = indexed.text.find_loose(words)
    best = found.places[np.lexsort((found.places, -found.scores))][:LOOKED_AT]
    seen: Counter[str] = Counter()
    for place in best.tolist():
        product = indexed.columns.products[place]
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
