"""Visits of different lengths, packed into rows of one length: so none of a batch is padding, nor any compiled anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST_VISIT = 20
"""Items of a visit that count, the last ones."""

ROW = LONGEST_VISIT - 1
"""Steps of a row: a visit of n items makes n - 1, each from an item to the next."""


@dataclass(frozen=True, slots=True)
class PackedVisits:
    """Rows of steps, shape (rows, `ROW`).

    Attributes
    ----------
    items, targets
        The item of each step and the one after it, int32.
    keeps
        0 where a visit begins, and the state with it, 1 where it goes on, float32.
    weights
        1 for a step, 0 where a row has no more, float32.
    """

    items: NDArray[np.int32]
    targets: NDArray[np.int32]
    keeps: NDArray[np.float32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.items)


def pack(visits: Sequence[Sequence[int]], random: np.random.Generator) -> PackedVisits:
    """Pack visits of two items or more, in random order, each into the fullest row that has room for it.

    Examples
    --------
    >>> packed = pack([[1, 2, 3], [4, 5]], np.random.default_rng(0))
    >>> len(packed), int(packed.weights.sum())
    (1, 3)
    """
    rows: list[list[Sequence[int]]] = []
    # By the steps for which they have room, the rows that are not full.
    open_rows: list[list[int]] = [[] for _ in range(ROW + 1)]
    for number in random.permutation(len(visits)).tolist():
        visit = visits[number][-LONGEST_VISIT:]
        steps = len(visit) - 1
        room = next((room for room in range(steps, ROW + 1) if open_rows[room]), 0)
        if room:
            row = open_rows[room].pop()
            rows[row].append(visit)
        else:
            row, room = len(rows), ROW
            rows.append([visit])
        open_rows[room - steps].append(row)
    return _lay_out(rows)


def _lay_out(rows: Sequence[Sequence[Sequence[int]]]) -> PackedVisits:
    shape = (len(rows), ROW)
    items, targets = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    keeps, weights = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, visits in enumerate(rows):
        start = 0
        for visit in visits:
            end = start + len(visit) - 1
            items[row, start:end], targets[row, start:end] = visit[:-1], visit[1:]
            keeps[row, start + 1 : end], weights[row, start:end] = 1, 1
            start = end
    return PackedVisits(items, targets, keeps, weights)
