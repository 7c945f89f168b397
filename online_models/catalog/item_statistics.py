"""How often and when each item was chosen: what models and ranker know of an item's age and traffic."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import Values


class ItemStatistics:
    """Choices of each item (`Feedback.chosen`), and the time of the first and last. Never chosen: a count of 0.

    A visitor's choices count once a day, and those of one network for less and less (`Influence`).

    Attributes
    ----------
    counts
        Float32, shape (at least the items chosen,).
    first, last
        Unix seconds, float64, the same shape.

    Examples
    --------
    >>> statistics = ItemStatistics()
    >>> statistics.touch(2, at=10.0)
    >>> statistics.touch(2, at=25.0)
    >>> float(statistics.counts[2]), float(statistics.first[2]), float(statistics.last[2])
    (2.0, 10.0, 25.0)
    """

    def __init__(self) -> None:
        self.counts: Values = np.zeros(0, np.float32)
        self.first: NDArray[np.float64] = np.zeros(0)
        self.last: NDArray[np.float64] = np.zeros(0)

    def make_room(self, items: int) -> None:
        """Have room for every item below ``items``."""
        if items > len(self.counts):
            self.counts = grown(self.counts, items)
            self.first = grown(self.first, items)
            self.last = grown(self.last, items)

    def touch(self, item: int, at: float, weight: float = 1.0) -> None:
        """Count a choice."""
        if item >= len(self.counts):
            self.make_room(item + 1)
        _count(self.counts, self.first, self.last, item, at, weight)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"counts": self.counts.copy(), "first": self.first.copy(), "last": self.last.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        counts = read_array(state, "counts", np.float32, None)
        first, last = (read_array(state, name, np.float64, len(counts)) for name in ("first", "last"))
        if not (np.isfinite(counts).all() and np.isfinite(first).all() and np.isfinite(last).all()):
            raise InvalidState("item statistics that are not numbers")
        self.counts, self.first, self.last = counts, first, last


@compiled
def _count(
    counts: Values, first: NDArray[np.float64], last: NDArray[np.float64], item: int, at: float, weight: float
) -> None:
    if counts[item] == 0:
        first[item] = at
    counts[item] += np.float32(weight)
    last[item] = at
