"""Items like those the visitor liked by their words: also those that nobody has interacted with yet."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from online_models.arrays.accumulation import accumulate, drain
from online_models.arrays.compiled import compiled, packed
from online_models.arrays.growth import grown
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
    slots, totals
        Scratch by item, int32 and float32, shape (items,), -1 and 0 before and after.
    """

    neighbors: Indices
    cosines: Values
    slots: Indices
    totals: Values


History = tuple[Indices, Values, int]
"""A visitor's items, oldest first, their rewards, and how many of them are of the present session."""


class Content(Model):
    r"""The visitor's last items, looked up in lists of their content neighbors.

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
    >>> candidates = retrieve(content, viewed._replace(session_length=1), limit=1)
    >>> candidates.items, candidates.scores
    (array([[2]], dtype=int32), array([[0.9]], dtype=float32))
    """

    names = ("content",)

    def __init__(self) -> None:
        self.use_lists(np.zeros((0, NEIGHBORS), np.int32), np.zeros((0, NEIGHBORS), np.float32))

    def use_neighbors(self, items: int, neighbors: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        """Replace the lists of neighbors: item to (item, cosine), best first; all items are below ``items``."""
        others = np.full((items, NEIGHBORS), NO_INDEX, np.int32)
        cosines = np.zeros((items, NEIGHBORS), np.float32)
        for item, pairs in neighbors.items():
            if pairs:
                near, cosine = zip(*pairs[:NEIGHBORS], strict=True)
                others[item, : len(near)] = near
                cosines[item, : len(near)] = cosine
        self.use_lists(others, cosines)

    def use_lists(self, neighbors: Indices, cosines: Values) -> None:
        """Replace the lists of neighbors: shape (items, 50) each, best first, -1 and 0 where there is none."""
        slots, totals = np.full(len(neighbors), NO_INDEX, np.int32), np.zeros(len(neighbors), np.float32)
        self.lists = ContentLists(neighbors, cosines, slots, totals)
        self._packed = packed(self.lists)

    def change_lists(self, items: int, changed: Indices, neighbors: Indices, cosines: Values) -> None:
        """Replace the lists of some items, or add them; all items are below ``items``.

        Parameters
        ----------
        changed
            The items, shape (n,).
        neighbors, cosines
            Their lists, shape (n, 50), best first, -1 and 0 where there is none.
        """
        lists = grown(self.lists.neighbors, items, fill=NO_INDEX), grown(self.lists.cosines, items)
        for each, new in zip(lists, (neighbors, cosines), strict=True):
            each[changed] = new
        self.use_lists(*lists)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what is most like the visitor's last items."""
        _retrieve(self._packed, _history(context), context.excluded, items[0], scores[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return which of the visitor's items contributes most to each; -1 for none."""
        attributed = no_attribution(items)
        _write_attribution(self._packed, _history(context), items, attributed)
        return attributed

    def similar_items(self, item: int, limit: int) -> ScoredItems:
        """Return the items most like an item."""
        if not 0 <= item < len(self.lists.neighbors):
            return no_items()
        return selected(self.lists.neighbors[item], self.lists.cosines[item], limit, NOTHING_EXCLUDED)

    def cosines(self, items: Indices) -> Values:
        """Return the cosines between different items, shape (k, k); zero where neither is in the other's list."""
        return cosines_between(items, self.lists.neighbors, self.lists.cosines, self.lists.slots)


def _history(context: Context) -> History:
    return context.items, context.rewards, context.session_length


@compiled
def _share(history: History, back: int) -> float:
    """Return what the item ``back`` steps before the newest counts for."""
    _, rewards, session_length = history
    reward = rewards[len(rewards) - 1 - back]
    share = _DECAY**back * math.log2(1 + abs(reward))
    if reward < 0:
        share = -share
    return share if back < session_length else share * _OF_HISTORY


@compiled
def _retrieve(lists: ContentLists, history: History, excluded: Excluded, items: Indices, scores: Values) -> None:
    neighbors, cosines, _, totals = lists
    recent = history[0]
    found, sums = np.empty(PROFILE * NEIGHBORS + 1, np.int32), np.empty(PROFILE * NEIGHBORS, np.float32)
    count = 0
    for back in range(min(len(recent), PROFILE)):
        item = recent[len(recent) - 1 - back]
        if item < len(neighbors):
            share = _share(history, back)
            for slot in range(neighbors.shape[1]):
                other = neighbors[item, slot]
                if other < 0:
                    break
                count = accumulate(totals, found, count, other, np.float32(share * cosines[item, slot]))
    drain(totals, found, count, sums)
    select(found, sums, count, excluded, items, scores)


@compiled
def _write_attribution(lists: ContentLists, history: History, items: Indices, attributed: Indices) -> None:
    """Write which of the visitor's items contributes most to each; what none contributes to stays as it is."""
    neighbors, cosines, _, _ = lists
    recent = history[0]
    for index in range(len(items)):
        most = 0.0
        for back in range(min(len(recent), PROFILE)):
            earlier = recent[len(recent) - 1 - back]
            if earlier < len(neighbors):
                part = _share(history, back) * _cosine(neighbors[earlier], cosines[earlier], items[index])
                if part > most:
                    most, attributed[index] = part, earlier


@compiled
def _cosine(near: Indices, cosines: Values, item: int) -> float:
    for slot in range(len(near)):
        if near[slot] == item:
            return float(cosines[slot])
    return 0.0


@compiled
def cosines_between(items: Indices, neighbors: Indices, cosines: Values, slots: Indices) -> Values:
    """Return the cosines between different items, shape (k, k); ``slots`` is scratch, -1 before and after."""
    between = np.zeros((len(items), len(items)), np.float32)
    for index in range(len(items)):
        if items[index] < len(neighbors):
            slots[items[index]] = index
    for index in range(len(items)):
        item = items[index]
        if item >= len(neighbors):
            continue
        for slot in range(neighbors.shape[1]):
            near = neighbors[item, slot]
            if near < 0:
                break
            other, cosine = slots[near], cosines[item, slot]
            if other >= 0 and cosine > between[index, other]:
                between[index, other] = cosine
                between[other, index] = cosine
    for index in range(len(items)):
        if items[index] < len(neighbors):
            slots[items[index]] = NO_INDEX
    return between
