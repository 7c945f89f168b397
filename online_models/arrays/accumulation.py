"""Adding up scores of many items: accumulate what each source gives, then drain the sums into one array.

``totals`` has a score for every item and is zero between two uses: `drain` puts it back. ``found`` lists the items with
a score, in the order in which they were found. It has room for one more than can be found, because an item that comes
again is written past the end and not counted.
"""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values


@compiled
def accumulate(totals: Values, found: Indices, count: int, item: int, score: float | np.float32) -> int:
    """Add a score to an item's total, and return how many items are found by now.

    A new item is noted without a branch, which would be mispredicted too often. One whose total comes back to zero is
    noted again with its next score, and then drained once with the total and once with zero.

    Examples
    --------
    >>> totals, found = np.zeros(5, np.float32), np.zeros(4, np.int32)
    >>> count = 0
    >>> for item, score in [(3, 1.0), (0, 0.5), (3, 2.0)]:
    ...     count = accumulate(totals, found, count, item, np.float32(score))
    >>> found[:count].tolist(), totals[found[:count]].tolist()
    ([3, 0], [3.0, 0.5])
    """
    total = totals[item]
    found[count] = item
    count += total == 0
    totals[item] = total + score
    return count


@compiled
def drain(totals: Values, found: Indices, count: int, scores: Values) -> None:
    """Move the totals of the items found into ``scores``, in order of ``found``; the totals are zero again.

    Examples
    --------
    >>> totals, scores = np.array([0, 2, 1], np.float32), np.zeros(2, np.float32)
    >>> drain(totals, np.array([2, 1], np.int32), 2, scores)
    >>> scores.tolist(), totals.tolist()
    ([1.0, 2.0], [0.0, 0.0, 0.0])
    """
    for index in range(count):
        item = found[index]
        scores[index] = totals[item]
        totals[item] = 0
