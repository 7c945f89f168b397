"""How well products match, by place, and the order that follows: by match, then the best of them by taste."""

import numpy as np
from numpy.typing import NDArray

from storefront.search.index.columns import Columns, Places
from storefront.search.index.found import Found
from storefront.search.taste import FIRST, WEIGHT, Taste

SELLING = 0.15
"""How much more the best seller counts than what never sold, among products that match as well."""


class Scores:
    """How well products match, by place."""

    def __init__(self, columns: Columns, found: Found | None = None) -> None:
        self._products = columns.products
        self._values: NDArray[np.float64] = np.zeros(columns.size)
        if found is not None:
            self._values[found.places] = found.scores * (1 + SELLING * columns.selling[found.places])

    def sort(self, places: Places, taste: Taste | None = None, weight: float = WEIGHT) -> Places:
        """Sort ascending places, the best first; of equals the better seller. A taste sorts the first again."""
        ranked = places[np.argsort(-self._values[places], kind="stable")]
        if not taste:
            return ranked
        head = ranked[:FIRST]
        liked = np.array([taste.affinity(self._products[place]) for place in head.tolist()])
        again = np.lexsort((head, -self._values[head] * (1 + weight * liked)))
        return np.concatenate([head[again], ranked[FIRST:]])
