"""How rare each item is: what keeps best sellers, which stand beside everything, from standing above everything."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import Values

Damping = tuple[Values, Values]
"""Signals by item, and what a score is multiplied by: float32, shape (items or more,) each."""


class PopularityDamping:
    r"""Signals of each item, and :math:`(n_i + 3)^{-e}`, kept up to date.

    Parameters
    ----------
    exponent
        0 treats all items alike; 1/2 for the pair of two items is the cosine.

    Attributes
    ----------
    arrays
        `Damping`; other arrays after growth.

    Examples
    --------
    >>> damping = PopularityDamping(exponent=0.5)
    >>> damping.make_room(2)
    >>> count_signal(damping.arrays, 1, damping.exponent)
    >>> counts, factors = damping.arrays
    >>> counts[:2].tolist(), float(factors[1])
    ([0.0, 1.0], 0.5)
    """

    def __init__(self, exponent: float) -> None:
        self.exponent = exponent
        self.arrays: Damping = np.zeros(0, np.float32), np.zeros(0, np.float32)

    def make_room(self, items: int) -> None:
        """Have a factor for every item below ``items``."""
        counts, factors = self.arrays
        if items > len(counts):
            self.arrays = grown(counts, items), grown(factors, items, fill=float(_factor(0.0, self.exponent)))

    def dump(self, items: int) -> State:
        """Return a copy of the counts of the first ``items`` items."""
        return {"counts": self.arrays[0][:items].copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        counts = read_array(state, "counts", np.float32, None)
        if not (np.isfinite(counts).all() and (counts >= 0).all()):
            raise InvalidState("numbers of signals below zero, or none at all")
        factors = np.empty(len(counts), np.float32)
        for item in range(len(counts)):
            factors[item] = _factor(counts[item], self.exponent)
        self.arrays = counts, factors


@compiled
def count_signal(damping: Damping, item: int, exponent: float, weight: float = 1.0) -> None:
    """Count one more signal of an item, by its weight."""
    counts, factors = damping
    counts[item] += np.float32(weight)
    factors[item] = _factor(counts[item], exponent)


@compiled
def _factor(count: float, exponent: float) -> np.float32:
    return np.float32((np.float64(count) + 3.0) ** -exponent)
