"""A guaranteed place in visitors' lists for items that nobody has touched: without one, they would never be found."""

from collections.abc import Iterable

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Barred
from online_models.blending.served import Asked
from online_models.recommender import NOBODY, Rows, Values

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
        fits = fitting.tolist()
        if not self._waiting.isdisjoint(fits):
            self._choose(fits, chosen, missing, best, barred)
        if len(chosen) < missing and self._turns:
            first = turn % len(self._turns)
            turns = self._turns[first : first + _LOOKED_AT]
            turns += self._turns[: min(first, _LOOKED_AT - len(turns))]
            self._choose(turns, chosen, missing, best, barred)
        rows, values, carriers = _inserted(asked.best, asked.scores, asked.carriers, np.array(chosen, np.int32), n)
        return asked._replace(best=rows, scores=values, carriers=carriers)

    def _choose(self, rows: list[int], chosen: list[int], missing: int, best: list[int], barred: Barred) -> None:
        """Choose those that wait, are not barred and are not in the list, until none is missing."""
        for row in rows:
            if len(chosen) == missing:
                break
            free = row in self._waiting and row not in chosen and row not in best
            if free and (row >= len(barred) or not barred[row]):
                chosen.append(row)


@compiled
def _inserted(best: Rows, scores: Values, carriers: Rows, newcomers: Rows, n: int) -> tuple[Rows, Values, Rows]:
    """Return a list of at most ``n`` with newcomers at the end of each `EVERY` places, as good as those before them."""
    size = min(n, len(best) + len(newcomers))
    rows, values, carried = np.empty(size, np.int32), np.empty(size, np.float32), np.empty(size, np.int32)
    taken, added = 0, 0
    for place in range(size):
        due = added < len(newcomers) and (place == (added + 1) * EVERY - 1 or taken == len(best))
        if due:
            rows[place], carried[place] = newcomers[added], NOBODY
            values[place] = values[place - 1] if place else np.float32(0)
            added += 1
        else:
            rows[place], values[place], carried[place] = best[taken], scores[taken], carriers[taken]
            taken += 1
    return rows, values, carried
