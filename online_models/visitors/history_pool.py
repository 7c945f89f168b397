"""Room for visitors' interactions: lines of one width, given out and taken back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import grown
from online_models.arrays.types import Indices, Values
from online_models.visitors.history_kernels import Small, Times


class HistoryPool:
    """Lines of ``width`` interactions, 14 bytes each. What is not given out, and what was taken back, is zero.

    Attributes
    ----------
    width
        How many interactions a line holds.
    items, rewards, times, marks, counts
        By line, what `HistoryArrays` says of each interaction, shape (lines, width).

    Examples
    --------
    >>> pool = HistoryPool(width=4)
    >>> pool.take(), pool.take()
    (0, 1)
    >>> pool.give_back(0)
    >>> pool.take()
    0
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.items: Indices = np.zeros((0, width), np.int32)
        self.rewards: Values = np.zeros((0, width), np.float32)
        self.times: Times = np.zeros((0, width), np.uint32)
        self.marks: Small = np.zeros((0, width), np.uint8)
        self.counts: Small = np.zeros((0, width), np.uint8)
        self._free: list[int] = []
        self._used = 0

    @property
    def fields(self) -> tuple[NDArray[Any], ...]:
        """All five arrays."""
        return self.items, self.rewards, self.times, self.marks, self.counts

    def take(self) -> int:
        """Return an empty line."""
        return self._free.pop() if self._free else self.take_many(1).item()

    def take_many(self, lines: int) -> NDArray[np.int32]:
        """Return so many lines that were never given out."""
        first, self._used = self._used, self._used + lines
        if self._used > len(self.items):
            self.items = grown(self.items, self._used)
            self.rewards = grown(self.rewards, self._used)
            self.times = grown(self.times, self._used)
            self.marks = grown(self.marks, self._used)
            self.counts = grown(self.counts, self._used)
        return np.arange(first, self._used, dtype=np.int32)

    def give_back(self, line: int) -> None:
        """Empty a line, for somebody else to take."""
        for field in self.fields:
            field[line] = 0
        self._free.append(line)
