"""A guaranteed place in visitors' lists for items that nobody has touched: without one, they would never be found."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices, Values
from online_models.ranking.recent_slates import Asked

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
        self._waiting: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._turns: Indices = NO_INDICES
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def use(self, rows: Iterable[int]) -> None:
        """Replace the items that wait."""
        self._turns = np.array(list(rows), np.int32)
        self._waiting = np.zeros(int(self._turns.max(initial=NO_INDEX)) + 1, np.bool_)
        self._waiting[self._turns] = True
        self._count = len(self._turns)

    def touch(self, row: int) -> None:
        """Let an item wait no longer."""
        if row < len(self._waiting) and self._waiting.item(row):
            self._waiting[row] = False
            self._count -= 1
            if len(self._turns) > 2 * self._count:
                self._turns = self._turns[self._waiting[self._turns]]

    def placed(self, asked: Asked, fitting: Indices, excluded: Excluded, turn: int, n: int) -> Asked:
        """Give newcomers the places of a list that are kept for them, at the end of each `EVERY` places.

        Parameters
        ----------
        asked
            The list.
        fitting
            Rows that content finds fitting for the visitor, the most fitting first: newcomers among them come first.
        excluded
            Rows that the visitor must not be shown, bool by row.
        turn
            Any number that moves on: where none is fitting, newcomers take turns.
        n
            Length of the list.
        """
        if not self._count or n < EVERY:
            return asked
        rows, values, carriers = np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32)
        list_now = asked.best, asked.scores, asked.carriers
        size = _place(*list_now, fitting, excluded, self._waiting, self._turns, turn, rows, values, carriers)
        if not size:
            return asked
        return Asked(asked.answers, asked.situation, rows[:size], values[:size], carriers[:size])


@compiled
def _place(
    best: Indices,
    scores: Values,
    carriers: Indices,
    fitting: Indices,
    excluded: Excluded,
    waiting: NDArray[np.bool_],
    turns: Indices,
    turn: int,
    rows: Indices,
    values: Values,
    carried: Indices,
) -> int:
    """Write the list with newcomers in their places, and return its length; 0 where none is missing."""
    n = len(rows)
    missing = n // EVERY
    for place in range(min(n, len(best))):
        missing -= best[place] < len(waiting) and waiting[best[place]]
    if missing <= 0:
        return 0
    chosen = np.empty(missing, np.int32)
    count = 0
    for row in fitting:
        if 0 <= row < len(waiting) and waiting[row]:
            count = _choose(row, best, excluded, chosen, count)
    first = turn % max(len(turns), 1)
    for step in range(min(len(turns), _LOOKED_AT)):
        if count == missing:
            break
        row = turns[(first + step) % len(turns)]
        if waiting[row]:
            count = _choose(row, best, excluded, chosen, count)
    return _insert(best, scores, carriers, chosen[:count], rows, values, carried)


@compiled
def _choose(row: int, best: Indices, excluded: Excluded, chosen: Indices, count: int) -> int:
    """Choose a row that waits if it is not excluded and not in the list, and return how many are chosen by now."""
    if count == len(chosen) or (row < len(excluded) and excluded[row]):
        return count
    for other in best:
        if other == row:
            return count
    for place in range(count):
        if chosen[place] == row:
            return count
    chosen[count] = row
    return count + 1


@compiled
def _insert(
    best: Indices,
    scores: Values,
    carriers: Indices,
    newcomers: Indices,
    rows: Indices,
    values: Values,
    carried: Indices,
) -> int:
    """Write a list with newcomers at the end of each `EVERY` places, as good as those before; return its length."""
    size = min(len(rows), len(best) + len(newcomers))
    taken, added = 0, 0
    for place in range(size):
        due = added < len(newcomers) and (place == (added + 1) * EVERY - 1 or taken == len(best))
        if due:
            rows[place], carried[place] = newcomers[added], NO_INDEX
            values[place] = values[place - 1] if place else np.float32(0)
            added += 1
        else:
            rows[place], values[place], carried[place] = best[taken], scores[taken], carriers[taken]
            taken += 1
    return size
