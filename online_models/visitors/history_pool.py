"""Room for visitors' touches: lines of one width, given out and taken back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import grown
from online_models.arrays.types import Indices, Values
from online_models.visitors.history_kernels import Small, Times


class HistoryPool:
    """Lines of ``width`` touches, 14 bytes each. What is not given out, and what was taken back, is zero.

    Attributes
    ----------
    width
        How many touches a line holds.
    rows, rewards, times, marks, touches
        By line, what `touch_lines` knows of each touch, shape (lines, width).

    Examples
    --------
    >>> block = HistoryPool(width=4)
    >>> block.take(), block.take()
    (0, 1)
    >>> block.give_back(0)
    >>> block.take()
    0
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: Indices = np.zeros((0, width), np.int32)
        self.rewards: Values = np.zeros((0, width), np.float32)
        self.times: Times = np.zeros((0, width), np.uint32)
        self.marks: Small = np.zeros((0, width), np.uint8)
        self.touches: Small = np.zeros((0, width), np.uint8)
        self._free: list[int] = []
        self._used = 0

    @property
    def fields(self) -> tuple[NDArray[Any], ...]:
        """All five arrays."""
        return self.rows, self.rewards, self.times, self.marks, self.touches

    def take(self) -> int:
        """Return an empty line."""
        return self._free.pop() if self._free else self.take_many(1).item()

    def take_many(self, lines: int) -> NDArray[np.int32]:
        """Return so many lines that were never given out."""
        first, self._used = self._used, self._used + lines
        if self._used > len(self.rows):
            self.rows = grown(self.rows, self._used)
            self.rewards = grown(self.rewards, self._used)
            self.times = grown(self.times, self._used)
            self.marks = grown(self.marks, self._used)
            self.touches = grown(self.touches, self._used)
        return np.arange(first, self._used, dtype=np.int32)

    def give_back(self, line: int) -> None:
        """Empty a line, for somebody else to take."""
        for field in self.fields:
            field[line] = 0
        self._free.append(line)
