"""How the best of many scored items are picked: one order for all models."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.recommender import NOBODY, Rows, Scores, Values

Barred = NDArray[np.bool_]


@compiled
def select(rows: Rows, totals: Values, count: int, barred: Barred, best_rows: Rows, best_values: Values) -> int:
    """Write the best of the first ``count`` rows, those above zero and not barred: best first, equals by row.

    Parameters
    ----------
    rows, totals
        Items, each once, and their scores: int32 and float32, shape (at least count,).
    barred
        Items to leave out, by row, bool; rows beyond its end are not barred.
    best_rows, best_values
        To be written, shape (limit,). What there is too little for stays as it is.

    Returns
    -------
    int
        How many were written.
    """
    limit = len(best_rows)
    chosen = 0
    if limit == 0:
        return 0
    least = np.float32(0)
    for place in range(count):
        value = totals[place]
        row = rows[place]
        if value <= 0 or (chosen == limit and value < least) or (row < len(barred) and barred[row]):
            continue
        slot = chosen
        if chosen == limit:
            slot = limit - 1
            if value == least and row > best_rows[slot]:
                continue
        else:
            chosen += 1
        while slot > 0 and (
            best_values[slot - 1] < value or (best_values[slot - 1] == value and best_rows[slot - 1] > row)
        ):
            best_values[slot] = best_values[slot - 1]
            best_rows[slot] = best_rows[slot - 1]
            slot -= 1
        best_values[slot] = value
        best_rows[slot] = row
        least = best_values[chosen - 1]
    return chosen


def selected(rows: Rows, totals: Values, limit: int, barred: Barred) -> Scores:
    """Return the best of some rows.

    Examples
    --------
    >>> rows, totals = np.array([4, 2, 9], np.int32), np.array([1, 3, 1], np.float32)
    >>> selected(rows, totals, 2, np.empty(0, np.bool_))
    Scores(rows=array([2, 4], dtype=int32), values=array([3., 1.], dtype=float32))
    """
    best_rows, best_values = np.full(limit, NOBODY, np.int32), np.zeros(limit, np.float32)
    count = select(rows, totals, len(rows), barred, best_rows, best_values)
    return Scores(best_rows[:count], best_values[:count])
