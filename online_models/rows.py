"""Arrays with a row for every item or visitor: how they grow, and how the best rows are picked."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from online_models.recommender import Rows, Scores, Values, no_scores

Scalar = TypeVar("Scalar", bound=np.generic)

SMALLEST = 64
"""Arrays start with this many rows and double from there."""


def grown(array: NDArray[Scalar], rows: int, fill: float = 0) -> NDArray[Scalar]:
    """Return an array that has at least ``rows`` rows: the same one, or a larger copy.

    New rows hold ``fill``. Growing doubles, so that adding one row costs O(1) on average.

    Examples
    --------
    >>> grown(np.ones(2), 3).shape
    (64,)
    >>> grown(np.ones(2), 2).shape
    (2,)
    """
    if rows <= len(array):
        return array
    shape = (max(rows, 2 * len(array), SMALLEST), *array.shape[1:])
    larger = np.full(shape, fill, array.dtype) if fill else np.zeros(shape, array.dtype)
    larger[: len(array)] = array
    return larger


def best(values: NDArray[Scalar], limit: int) -> NDArray[np.intp]:
    """Return the positions of the ``limit`` largest values, in order of position; of equals, the first.

    Examples
    --------
    >>> best(np.array([1.0, 3.0, 2.0, 2.0]), 2)
    array([1, 2])
    """
    if limit <= 0:
        return np.empty(0, np.intp)
    if len(values) <= limit:
        return np.arange(len(values))
    threshold = np.partition(values, len(values) - limit)[len(values) - limit]
    chosen = values > threshold
    missing = limit - np.count_nonzero(chosen)
    chosen[(values == threshold).nonzero()[0][:missing]] = True
    positions: NDArray[np.intp] = chosen.nonzero()[0]
    return positions


def summed(sources: Rows, lists: Rows, parts: Values, limit: int) -> Scores:
    """Add up what several sources say of other rows, and return the best ``limit``.

    The evidence of an answer is the first source that names it.

    Parameters
    ----------
    sources
        A row per source, shape (k,), the most telling first.
    lists
        The rows that each source names, shape (k, m); -1 where there is none.
    parts
        What each source says of them, above zero, shape (k, m).

    Examples
    --------
    >>> lists, parts = np.array([[1, 2], [2, -1]], np.int32), np.array([[3, 1], [2, 0]], np.float32)
    >>> summed(np.array([8, 9], np.int32), lists, parts, limit=5)
    Scores(rows=array([1, 2], dtype=int32), values=array([3., 3.], dtype=float32), evidence=array([8, 8], dtype=int32))
    """
    if not lists.size:
        return no_scores()
    flat = lists.ravel() + 1
    totals = np.bincount(flat, parts.ravel())
    totals[0] = 0
    rows = totals.nonzero()[0]
    values = totals[rows].astype(np.float32)
    chosen = best(values, limit)
    rows = rows[chosen]
    # Of several writes to one place the last one stays: the first source.
    first = np.empty(len(totals), np.int32)
    first[flat[::-1]] = sources.repeat(lists.shape[1])[::-1]
    return Scores((rows - 1).astype(np.int32), values[chosen], first[rows])
