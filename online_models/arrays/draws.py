"""Random draws that the same stream repeats: a hash of how many were made, not a generator with a state."""

import numpy as np

from online_models.arrays.compiled import compiled

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compiled
def draw(count: int, below: int) -> int:
    """Return draw number ``count``: evenly one of 0 to ``below`` (exclusive).

    References
    ----------
    Steele, G., Lea, D. and Flood, C. (2014). Fast splittable pseudorandom number generators. OOPSLA.

    Examples
    --------
    >>> [draw(count, 10) for count in range(8)]
    [5, 5, 0, 3, 8, 8, 2, 7]
    """
    mixed = np.uint64(count) + _GAMMA
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return int((mixed ^ (mixed >> np.uint64(31))) % np.uint64(below))
