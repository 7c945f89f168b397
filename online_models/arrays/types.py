"""The arrays that models exchange: rows of items or visitors, and what is said of each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Values = NDArray[np.float32]

NOBODY = -1
"""The row of no item and of no visitor."""

NO_ROWS: Rows = np.empty(0, np.int32)
NO_VALUES: Values = np.empty(0, np.float32)


class Scores(NamedTuple):
    """Items by score: shape (k,) each, no row twice, best first, equals in order of row."""

    rows: Rows
    values: Values


def no_scores() -> Scores:
    """Return the answer of a model that has nothing to recommend."""
    return Scores(NO_ROWS, NO_VALUES)
