"""A guaranteed place in visitors' lists for items that nobody has touched: without one, they would never be found."""

from collections.abc import Iterable

import numpy as np

from online_models.arrays.selection import Barred
from online_models.blending.served import Asked
from online_models.recommender import NOBODY, Rows

EVERY = 12
"""In every so many places one is kept for an item that nobody has touched, if the shop has any."""

_LOOKED_AT = 256


class Newcomers:
    """The items for sale that nobody has touched yet.

    Examples
    --------
    >>> newcomers = Newcomers()
    >>> newcomers.use([4, 7])
    >>> newcomers.touch(4)
    >>> len(newcomers)
    1
    """

    def __init__(self) -> None:
        self._waiting: set[int] = set()
        self._turns: list[int] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def use(self, rows: Iterable[int]) -> None:
        """Replace the items that wait."""
        self._turns = list(rows)
        self._waiting = set(self._turns)

    def touch(self, row: int) -> None:
        """Let an item wait no longer."""
        self._waiting.discard(row)
        if len(self._turns) > 2 * len(self._waiting):
            self._turns = [row for row in self._turns if row in self._waiting]

    def placed(self, asked: Asked, fitting: Rows, barred: Barred, turn: int, n: int) -> Asked:
        """Give newcomers the places of a list that are kept for them, at the end of each `EVERY` places.

        Parameters
        ----------
        asked
            The list.
        fitting
            Rows that content finds fitting for the visitor, the most fitting first: newcomers among them come first.
        barred
            Rows that the visitor must not be shown, bool by row.
        turn
            Any number that moves on: where none is fitting, newcomers take turns.
        n
            Length of the list.
        """
        if not self._waiting or n < EVERY:
            return asked
        best = asked.best[:n].tolist()
        missing = n // EVERY - len(self._waiting.intersection(best))
        if missing <= 0:
            return asked
        chosen: list[int] = []
        for row in fitting.tolist():
            if len(chosen) < missing and row in self._waiting and self._free(row, best, barred):
                chosen.append(row)
        for step in range(min(len(self._turns), _LOOKED_AT)):
            if len(chosen) == missing:
                break
            row = self._turns[(turn + step) % len(self._turns)]
            if row in self._waiting and row not in chosen and self._free(row, best, barred):
                chosen.append(row)
        return _inserted(asked, chosen, n)

    @staticmethod
    def _free(row: int, best: list[int], barred: Barred) -> bool:
        return row not in best and not (row < len(barred) and barred[row])


def _inserted(asked: Asked, newcomers: list[int], n: int) -> Asked:
    best, scores, carriers = asked.best.tolist(), asked.scores.tolist(), asked.carriers.tolist()
    for number, row in enumerate(newcomers):
        place = min((number + 1) * EVERY - 1, len(best))
        best.insert(place, row)
        scores.insert(place, scores[place - 1] if place else 0.0)
        carriers.insert(place, NOBODY)
    return asked._replace(
        best=np.array(best[:n], np.int32),
        scores=np.array(scores[:n], np.float32),
        carriers=np.array(carriers[:n], asked.carriers.dtype),
    )
