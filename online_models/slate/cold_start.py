"""Cold start: guaranteed positions in slates for items without any interaction, never found otherwise."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices
from online_models.ranking.recent_slates import Slate
from online_models.slate.arrangement import Ranked

COLD_START_EVERY = 12
"""One position in this many is kept for a cold-start item, if the shop has any."""

_TRIED = 256


class ColdStart:
    """The items for sale without any interaction yet.

    Examples
    --------
    >>> cold_start = ColdStart()
    >>> cold_start.use([4, 7])
    >>> cold_start.touch(4)
    >>> len(cold_start)
    1
    """

    def __init__(self) -> None:
        self._waiting: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._turns: Indices = NO_INDICES
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def use(self, items: Iterable[int]) -> None:
        """Replace the cold-start items."""
        self._turns = np.array(list(items), np.int32)
        self._waiting = np.zeros(int(self._turns.max(initial=NO_INDEX)) + 1, np.bool_)
        self._waiting[self._turns] = True
        self._count = len(self._turns)

    def add(self, items: Indices) -> None:
        """Add cold-start items. Those that are among them already stay where they are."""
        if not len(items):
            return
        waiting = np.zeros(max(len(self._waiting), int(items.max()) + 1), np.bool_)
        waiting[: len(self._waiting)] = self._waiting
        left, new = self._turns[self._waiting[self._turns]], items[~waiting[items]]
        waiting[new] = True
        self._waiting, self._turns = waiting, np.concatenate([left, new])
        self._count = len(self._turns)

    def touch(self, item: int) -> None:
        """Note an interaction: the item is no longer cold."""
        if item < len(self._waiting) and self._waiting.item(item):
            self._waiting[item] = False
            self._count -= 1
            if len(self._turns) > 2 * self._count:
                self._turns = self._turns[self._waiting[self._turns]]

    def insert(self, slate: Slate, fitting: Indices, excluded: Excluded, turn: int, n: int) -> Slate:
        """Put cold-start items into the positions kept for them: the last of each `COLD_START_EVERY`.

        Parameters
        ----------
        slate
            The slate without them.
        fitting
            Items that content finds fitting for the visitor, best first: cold-start items among them come first.
        excluded
            Items that the visitor must not be shown, bool by index.
        turn
            Any number that grows from slate to slate: where none is fitting, cold-start items take turns.
        n
            Length of the list.
        """
        if not self._count or n < COLD_START_EVERY:
            return slate
        before = slate.items, slate.scores, slate.top_sources
        after = np.empty(n, np.int32), np.empty(n, np.float32), np.empty(n, np.int32)
        size = _write_with_cold(before, fitting, excluded, self._waiting, self._turns, turn, after)
        if not size:
            return slate
        items, scores, top_sources = after
        return Slate(slate.candidates, slate.context, items[:size], scores[:size], top_sources[:size])


@compiled
def _write_with_cold(
    before: Ranked,
    fitting: Indices,
    excluded: Excluded,
    waiting: NDArray[np.bool_],
    turns: Indices,
    turn: int,
    after: Ranked,
) -> int:
    """Write the list with cold-start items in their positions, and return its length; 0 if it has enough of them."""
    listed, n = before[0], len(after[0])
    missing = n // COLD_START_EVERY
    for position in range(min(n, len(listed))):
        missing -= listed[position] < len(waiting) and waiting[listed[position]]
    if missing <= 0:
        return 0
    chosen = np.empty(missing, np.int32)
    count = 0
    for item in fitting:
        if 0 <= item < len(waiting) and waiting[item]:
            count = _choose(item, listed, excluded, chosen, count)
    first = turn % max(len(turns), 1)
    for step in range(min(len(turns), _TRIED)):
        if count == missing:
            break
        item = turns[(first + step) % len(turns)]
        if waiting[item]:
            count = _choose(item, listed, excluded, chosen, count)
    return _merge(before, chosen[:count], after)


@compiled
def _choose(item: int, listed: Indices, excluded: Excluded, chosen: Indices, count: int) -> int:
    """Choose an item if it is neither excluded nor in the list, and return how many are chosen by now."""
    if count == len(chosen) or (item < len(excluded) and excluded[item]):
        return count
    for other in listed:
        if other == item:
            return count
    for index in range(count):
        if chosen[index] == item:
            return count
    chosen[count] = item
    return count + 1


@compiled
def _merge(before: Ranked, cold: Indices, after: Ranked) -> int:
    """Write a list with cold-start items in their positions, scored like the item before; return its length."""
    items, scores, top_sources = after
    listed, listed_scores, listed_sources = before
    size = min(len(items), len(listed) + len(cold))
    taken, added = 0, 0
    for position in range(size):
        due = added < len(cold) and (position == (added + 1) * COLD_START_EVERY - 1 or taken == len(listed))
        if due:
            items[position], top_sources[position] = cold[added], NO_INDEX
            scores[position] = scores[position - 1] if position else np.float32(0)
            added += 1
        else:
            items[position], scores[position] = listed[taken], listed_scores[taken]
            top_sources[position] = listed_sources[taken]
            taken += 1
    return size
