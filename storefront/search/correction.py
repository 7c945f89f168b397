"""What a visitor probably meant: the nearest words of the products that were found with typing errors allowed."""

from collections import Counter

import numpy as np

from online_models.search_terms import terms_of
from storefront.search.shelves import Shelf
from storefront.search.text_index import Found
from storefront.search.words import Words, distance, typos_allowed

LOOKED_AT = 60


def correct(words: Words, shelf: Shelf, found: Found) -> str:
    """Return the text with unknown words replaced; empty where there is nothing better."""
    best = found.places[np.lexsort((found.places, -found.scores))][:LOOKED_AT]
    seen: Counter[str] = Counter()
    for place in best.tolist():
        product = shelf.columns.products[place]
        seen.update({*terms_of(product.title), *(term for tag in product.tags for term in terms_of(tag))})
    meant = {term: near for term in words.terms if not shelf.text.knows(term) and (near := _nearest(term, seen))}
    if not meant:
        return ""
    return " ".join(dict.fromkeys(meant.get(term, term) for term in terms_of(words.text)))


def _nearest(term: str, seen: Counter[str]) -> str:
    most = typos_allowed(term)
    near = [(steps, -count, word) for word, count in seen.items() if (steps := distance(term, word, most)) <= most]
    return min(near)[2] if near else ""
