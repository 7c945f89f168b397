"""Arrays with a row for every item or visitor: how they grow, and how the best rows are picked."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

SMALLEST = 64
"""Arrays start with this many rows and double from there."""


def grown(array: NDArray[Scalar], indices: int, fill: float = 0) -> NDArray[Scalar]:
    """Return an array that has at least ``rows`` rows: the same one, or a larger copy.

    New rows hold ``fill``. Growing doubles, so that adding one row costs O(1) on average.

    Examples
    --------
    >>> grown(np.ones(2), 3).shape
    (64,)
    >>> grown(np.ones(2), 2).shape
    (2,)
    """
    if indices <= len(array):
        return array
    shape = (max(indices, 2 * len(array), SMALLEST), *array.shape[1:])
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
