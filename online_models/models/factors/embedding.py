"""The vector of a session: the decaying mean of the vectors of its last items."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values

CLICKS = 6
"""From how many of the visitor's last items the session is embedded."""

_DECAY = 0.6


@compiled
def weight_of(row: int, back: int, biases: Values) -> float:
    """Return how much the item ``back`` places before the newest counts for: nothing if its bias is not known."""
    return _DECAY**back if row < len(biases) and biases[row] > -np.inf else 0.0


@compiled
def embed(before: Indices, inputs: Values, biases: Values, query: Values) -> float:
    """Write the mean vector of the last items, and return the sum of their weights."""
    query[:] = 0
    total = 0.0
    for back in range(min(len(before), CLICKS)):
        row = before[len(before) - 1 - back]
        weight = weight_of(row, back, biases)
        if weight > 0:
            total += weight
            for factor in range(len(query)):
                query[factor] += np.float32(weight) * inputs[row, factor]
    if total > 0:
        for factor in range(len(query)):
            query[factor] /= np.float32(total)
    return total
