"""Things like those the visitor liked: serves items that nobody has touched yet."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import select, selected
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values, no_items
from online_models.catalog.content_neighbors import NEIGHBORS
from online_models.models.recommender import Model, no_attribution
from online_models.visitors.context import NOTHING_EXCLUDED, Context

PROFILE = 20
"""How many of the visitor's last items make their profile."""

_DECAY = 0.8
_OF_HISTORY = 0.5


class Content(Model):
    r"""The visitor's last items, looked up in lists of like items.

    .. math:: score(j) = \sum_{k} 0.8^{k} \operatorname{sign}(r_k) \log_2(1 + |r_k|) \cos(i_k, j)

    over the last twenty items :math:`i_k` of the visitor, newest first, with reward :math:`r_k`; items of earlier
    sessions count half, and what was rated badly speaks against things like it. The cosines are those of the
    catalogue's index (`use_neighbours`): nothing is learned, so nothing is kept in snapshots.

    Examples
    --------
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> content = Content()
    >>> content.use_neighbours(items=3, neighbours={0: [(2, 0.9), (1, 0.4)]})
    >>> viewed = nothing_known(now=1.0)._replace(items=np.array([0], np.int32), rewards=np.ones(1, np.float32))
    >>> retrieve(content, viewed._replace(session_length=1), limit=1)
    Candidates(items=array([[2]], dtype=int32), scores=array([[0.9]], dtype=float32))
    """

    names = ("content",)

    def __init__(self) -> None:
        self._take(np.zeros((0, NEIGHBORS), np.int32), np.zeros((0, NEIGHBORS), np.float32))

    def use_neighbours(self, items: int, neighbours: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        """Replace the lists of like items: row of item to (row, cosine), best first; all rows are below ``items``."""
        rows = np.full((items, NEIGHBORS), NO_INDEX, np.int32)
        cosines = np.zeros((items, NEIGHBORS), np.float32)
        for item, pairs in neighbours.items():
            if pairs:
                near, cosine = zip(*pairs[:NEIGHBORS], strict=True)
                rows[item, : len(near)] = near
                cosines[item, : len(near)] = cosine
        self.use_lists(rows, cosines)

    def use_lists(self, rows: Indices, cosines: Values) -> None:
        """Replace the lists of like items: shape (items, 50) each, best first, -1 and 0 where there is none."""
        self._take(rows, cosines)

    def retrieve(self, context: Context, rows: Indices, values: Values) -> None:
        """Write what is most like the visitor's last items."""
        _answer(
            context.items,
            context.rewards,
            context.session_length,
            self._rows,
            self._cosines,
            self._place,
            self._found,
            self._totals,
            context.excluded,
            rows[0],
            values[0],
        )

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return of each the row of the visitor's item whose likeness said most."""
        spoke = no_attribution(items)
        rows, cosines = self._rows, self._cosines
        _write_evidence(context.items, context.rewards, context.session_length, rows, cosines, items, spoke)
        return spoke

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return the items most like an item."""
        if not 0 <= item < len(self._rows):
            return no_items()
        return selected(self._rows[item], self._cosines[item], limit, NOTHING_EXCLUDED)

    def cosines(self, rows: Indices) -> NDArray[np.float32]:
        """Return the cosines between different items, shape (k, k); zero where neither is in the other's list."""
        return cosines_between(rows, *self.lists)

    @property
    def lists(self) -> tuple[Indices, Values, Indices]:
        """What `cosines_between` needs beside the rows: the lists of like items, their cosines, and scratch."""
        return self._rows, self._cosines, self._place

    def _take(self, rows: Indices, cosines: Values) -> None:
        self._rows = rows
        self._cosines = cosines
        self._place = np.full(len(rows), NO_INDEX, np.int32)
        self._found = np.empty(PROFILE * NEIGHBORS, np.int32)
        self._totals = np.empty(PROFILE * NEIGHBORS, np.float32)


@compiled
def _share(rewards: Values, session: int, back: int) -> float:
    """Return what the item ``back`` places before the newest counts for."""
    reward = rewards[len(rewards) - 1 - back]
    share = _DECAY**back * math.log2(1 + abs(reward))
    if reward < 0:
        share = -share
    return share if back < session else share * _OF_HISTORY


@compiled
def _answer(
    touched: Indices,
    rewards: Values,
    session: int,
    neighbours: Indices,
    cosines: Values,
    place: Indices,
    found: Indices,
    totals: Values,
    excluded: NDArray[np.bool_],
    best_rows: Indices,
    best_values: Values,
) -> None:
    count = 0
    for back in range(min(len(touched), PROFILE)):
        item = touched[len(touched) - 1 - back]
        if item < len(neighbours):
            share = _share(rewards, session, back)
            count = _add(share, item, neighbours, cosines, place, found, totals, count)
    select(found, totals, count, excluded, best_rows, best_values)
    for index in range(count):
        place[found[index]] = NO_INDEX


@compiled
def _add(
    share: float,
    item: int,
    neighbours: Indices,
    cosines: Values,
    place: Indices,
    found: Indices,
    totals: Values,
    count: int,
) -> int:
    """Add what one item says to the totals, and return how many rows were found so far."""
    for slot in range(neighbours.shape[1]):
        row = neighbours[item, slot]
        if row < 0:
            break
        if place[row] < 0:
            place[row] = count
            found[count] = row
            totals[count] = 0
            count += 1
        totals[place[row]] += np.float32(share * cosines[item, slot])
    return count


@compiled
def _write_evidence(
    touched: Indices,
    rewards: Values,
    session: int,
    neighbours: Indices,
    cosines: Values,
    items: Indices,
    spoke: Indices,
) -> None:
    for place in range(len(items)):
        spoke[place] = _evidence(touched, rewards, session, neighbours, cosines, items[place])


@compiled
def _evidence(touched: Indices, rewards: Values, session: int, neighbours: Indices, cosines: Values, item: int) -> int:
    most, speaker = 0.0, NO_INDEX
    for back in range(min(len(touched), PROFILE)):
        row = touched[len(touched) - 1 - back]
        if row < len(neighbours):
            part = _share(rewards, session, back) * _cosine(neighbours[row], cosines[row], item)
            if part > most:
                most, speaker = part, row
    return speaker


@compiled
def _cosine(near: Indices, cosines: Values, item: int) -> float:
    for slot in range(len(near)):
        if near[slot] == item:
            return float(cosines[slot])
    return 0.0


@compiled
def cosines_between(rows: Indices, neighbours: Indices, cosines: Values, place: Indices) -> Values:
    """Return the cosines between different items, shape (k, k); ``place`` is scratch, -1 before and after."""
    between = np.zeros((len(rows), len(rows)), np.float32)
    for index in range(len(rows)):
        if rows[index] < len(neighbours):
            place[rows[index]] = index
    for index in range(len(rows)):
        if rows[index] < len(neighbours):
            _fill(index, rows[index], neighbours, cosines, place, between)
    for index in range(len(rows)):
        if rows[index] < len(neighbours):
            place[rows[index]] = NO_INDEX
    return between


@compiled
def _fill(index: int, row: int, neighbours: Indices, cosines: Values, place: Indices, between: Values) -> None:
    """Write the cosines of one item with those of the others that are in its list, on both sides."""
    for slot in range(neighbours.shape[1]):
        near = neighbours[row, slot]
        if near < 0:
            break
        other, cosine = place[near], cosines[row, slot]
        if other >= 0 and cosine > between[index, other]:
            between[index, other] = cosine
            between[other, index] = cosine
