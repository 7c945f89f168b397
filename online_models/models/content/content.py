"""Things like those the visitor liked: serves items that nobody has touched yet."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.selection import Excluded, select, selected
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values, no_items
from online_models.catalog.content_neighbors import NEIGHBORS
from online_models.models.recommender import Model, no_attribution
from online_models.visitors.context import NOTHING_EXCLUDED, Context

PROFILE = 20
"""How many of the visitor's last items make their profile."""

_DECAY = 0.8
_OF_HISTORY = 0.5


class ContentLists(NamedTuple):
    """The lists of content neighbors.

    Attributes
    ----------
    neighbors, cosines
        By item its neighbors, best first, and their cosines: int32 and float32, shape (items, 50), -1 and 0 where there
        are no more.
    slots
        Scratch by item, int32, shape (items,), -1 before and after.
    """

    neighbors: Indices
    cosines: Values
    slots: Indices


class Content(Model):
    r"""The visitor's last items, looked up in lists of like items.

    .. math:: score(j) = \sum_{k} 0.8^{k} \operatorname{sign}(r_k) \log_2(1 + |r_k|) \cos(i_k, j)

    over the last twenty items :math:`i_k` of the visitor, newest first, with reward :math:`r_k`; items of earlier
    sessions count half, and what was rated badly speaks against things like it. The cosines are those of the
    catalog's index (`use_neighbors`): nothing is learned, so nothing is kept in snapshots.

    Examples
    --------
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> content = Content()
    >>> content.use_neighbors(items=3, neighbors={0: [(2, 0.9), (1, 0.4)]})
    >>> viewed = nothing_known(now=1.0)._replace(items=np.array([0], np.int32), rewards=np.ones(1, np.float32))
    >>> retrieve(content, viewed._replace(session_length=1), limit=1)
    Candidates(items=array([[2]], dtype=int32), scores=array([[0.9]], dtype=float32))
    """

    names = ("content",)

    def __init__(self) -> None:
        self._take(np.zeros((0, NEIGHBORS), np.int32), np.zeros((0, NEIGHBORS), np.float32))

    def use_neighbors(self, items: int, neighbors: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        """Replace the lists of like items: row of item to (row, cosine), best first; all rows are below ``items``."""
        rows = np.full((items, NEIGHBORS), NO_INDEX, np.int32)
        cosines = np.zeros((items, NEIGHBORS), np.float32)
        for item, pairs in neighbors.items():
            if pairs:
                near, cosine = zip(*pairs[:NEIGHBORS], strict=True)
                rows[item, : len(near)] = near
                cosines[item, : len(near)] = cosine
        self.use_lists(rows, cosines)

    def use_lists(self, rows: Indices, cosines: Values) -> None:
        """Replace the lists of like items: shape (items, 50) each, best first, -1 and 0 where there is none."""
        self._take(rows, cosines)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what is most like the visitor's last items."""
        history, rewards, session_length = context.items, context.rewards, context.session_length
        _retrieve(self._packed, history, rewards, session_length, context.excluded, items[0], scores[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return of each the row of the visitor's item whose likeness said most."""
        attributed = no_attribution(items)
        _write_attribution(self.lists, context.items, context.rewards, context.session_length, items, attributed)
        return attributed

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return the items most like an item."""
        if not 0 <= item < len(self.lists.neighbors):
            return no_items()
        return selected(self.lists.neighbors[item], self.lists.cosines[item], limit, NOTHING_EXCLUDED)

    def cosines(self, rows: Indices) -> NDArray[np.float32]:
        """Return the cosines between different items, shape (k, k); zero where neither is in the other's list."""
        return cosines_between(rows, *self.lists)

    def _take(self, neighbors: Indices, cosines: Values) -> None:
        self.lists = ContentLists(neighbors, cosines, np.full(len(neighbors), NO_INDEX, np.int32))
        self._packed = packed(self.lists)


@compiled
def _share(rewards: Values, session_length: int, back: int) -> float:
    """Return what the item ``back`` places before the newest counts for."""
    reward = rewards[len(rewards) - 1 - back]
    share = _DECAY**back * math.log2(1 + abs(reward))
    if reward < 0:
        share = -share
    return share if back < session_length else share * _OF_HISTORY


@compiled
def _retrieve(
    lists: ContentLists,
    history: Indices,
    rewards: Values,
    session_length: int,
    excluded: Excluded,
    best_items: Indices,
    best_scores: Values,
) -> None:
    neighbors, cosines, slots = lists
    found = np.empty(PROFILE * NEIGHBORS, np.int32)
    totals = np.empty(PROFILE * NEIGHBORS, np.float32)
    count = 0
    for back in range(min(len(history), PROFILE)):
        item = history[len(history) - 1 - back]
        if item < len(neighbors):
            share = _share(rewards, session_length, back)
            count = _add(share, item, neighbors, cosines, slots, found, totals, count)
    select(found, totals, count, excluded, best_items, best_scores)
    for slot in range(count):
        slots[found[slot]] = NO_INDEX


@compiled
def _add(
    share: float,
    item: int,
    neighbors: Indices,
    cosines: Values,
    slots: Indices,
    found: Indices,
    totals: Values,
    count: int,
) -> int:
    """Add what one item says to the totals, and return how many rows were found so far."""
    for slot in range(neighbors.shape[1]):
        row = neighbors[item, slot]
        if row < 0:
            break
        if slots[row] < 0:
            slots[row] = count
            found[count] = row
            totals[count] = 0
            count += 1
        totals[slots[row]] += np.float32(share * cosines[item, slot])
    return count


@compiled
def _write_attribution(
    lists: ContentLists, history: Indices, rewards: Values, session_length: int, items: Indices, attributed: Indices
) -> None:
    for index in range(len(items)):
        attributed[index] = _largest_part(lists, history, rewards, session_length, items[index])


@compiled
def _largest_part(lists: ContentLists, history: Indices, rewards: Values, session_length: int, item: int) -> int:
    """Return which of the visitor's items has the largest part in an item's score; -1 for none."""
    most, largest = 0.0, NO_INDEX
    for back in range(min(len(history), PROFILE)):
        earlier = history[len(history) - 1 - back]
        if earlier < len(lists.neighbors):
            cosine = _cosine(lists.neighbors[earlier], lists.cosines[earlier], item)
            part = _share(rewards, session_length, back) * cosine
            if part > most:
                most, largest = part, earlier
    return largest


@compiled
def _cosine(near: Indices, cosines: Values, item: int) -> float:
    for slot in range(len(near)):
        if near[slot] == item:
            return float(cosines[slot])
    return 0.0


@compiled
def cosines_between(rows: Indices, neighbors: Indices, cosines: Values, slots: Indices) -> Values:
    """Return the cosines between different items, shape (k, k); ``slots`` is scratch, -1 before and after."""
    between = np.zeros((len(rows), len(rows)), np.float32)
    for index in range(len(rows)):
        if rows[index] < len(neighbors):
            slots[rows[index]] = index
    for index in range(len(rows)):
        if rows[index] < len(neighbors):
            _fill(index, rows[index], neighbors, cosines, slots, between)
    for index in range(len(rows)):
        if rows[index] < len(neighbors):
            slots[rows[index]] = NO_INDEX
    return between


@compiled
def _fill(index: int, row: int, neighbors: Indices, cosines: Values, slots: Indices, between: Values) -> None:
    """Write the cosines of one item with those of the others that are in its list, on both sides."""
    for slot in range(neighbors.shape[1]):
        near = neighbors[row, slot]
        if near < 0:
            break
        other, cosine = slots[near], cosines[row, slot]
        if other >= 0 and cosine > between[index, other]:
            between[index, other] = cosine
            between[other, index] = cosine
