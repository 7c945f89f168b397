"""The arrays that models exchange: indices of items or visitors, and what is said of each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int32]
Values = NDArray[np.float32]

NO_INDEX = -1
"""The index of no item and of no visitor."""

NO_INDICES: Indices = np.empty(0, np.int32)
NO_VALUES: Values = np.empty(0, np.float32)
NO_LINES: Values = np.empty((0, 0), np.float32)


class ScoredItems(NamedTuple):
    """Items by score: shape (k,) each, no index twice, best first, equals in order of index."""

    items: Indices
    scores: Values


def no_items() -> ScoredItems:
    """Return the answer of a model that has nothing to recommend."""
    return ScoredItems(NO_INDICES, NO_VALUES)
