"""What is noted of each list when it is judged: the rank of the item that came, and what else it showed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.beyond_accuracy.category_profiles import CategoryProfiles
from online_models.evaluation.beyond_accuracy.exposure import GROUPS, Exposure
from online_models.evaluation.beyond_accuracy.list_measures import ListMeasures
from online_models.evaluation.metrics import Ranks
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId

_Sums = NDArray[np.float64]
_Counts = NDArray[np.uint32]
_Few = NDArray[np.uint8]

MANY = 255
"""Interactions and events are counted up to here."""


@compiled
def _note_list(ranks: Ranks, shown: _Counts, source: int, listed: Indices, target: int, k: int) -> int:
    """Note the rank of the item that came and what was shown, and return whether the list was not empty."""
    for position in range(min(k, len(listed))):
        item = listed[position]
        if item < 0:
            break
        if item == target:
            ranks[source] = position + 1
        if item < shown.shape[1]:
            shown[source, item] += 1
    return len(listed) > 0 and listed[0] >= 0


@compiled
def _note(
    ranks: Ranks, shown: _Counts, lists: NDArray[np.int64], candidates: Indices, best: Indices, target: int, k: int
) -> None:
    for source in range(len(candidates)):
        lists[source] += _note_list(ranks, shown, source, candidates[source], target, k)
    lists[len(candidates)] += _note_list(ranks, shown, len(candidates), best, target, k)


class Traffic:
    """What was learned before a list: how many events each item had, and the categories that visitors came to.

    Parameters
    ----------
    items
        How many there may be.
    categories
        By index of an item its category, numbered from 0, -1 where it is not known; empty where none is.
    """

    def __init__(self, items: int, categories: Indices = NO_INDICES) -> None:
        self.counts: _Sums = np.zeros(items)
        self.events = 0
        self.profiles = CategoryProfiles(categories)

    def add(self, item: int) -> None:
        """Count an event; -1 for an item that has no index."""
        self.events += 1
        if 0 <= item < len(self.counts):
            self.counts[item] += 1


class Tally:
    """The judged lists of all sources, and of the whole as one more.

    Parameters
    ----------
    sources
        How many there are; the whole comes after them.
    k
        How many items of each list are judged.
    traffic
        What was learned before each list.
    groups
        Groups of visitors whose exposures are counted apart (`Exposure`).

    Attributes
    ----------
    exposure
        How often each item was shown.
    measures
        What was measured of each list beyond accuracy.
    """

    def __init__(self, sources: int, k: int, traffic: Traffic, groups: int = GROUPS) -> None:
        self._k = k
        self._traffic = traffic
        self._ranks: Ranks = np.zeros((0, sources + 1), np.int16)
        self._visitors: Indices = np.zeros(0, np.int32)
        self._times: _Sums = np.zeros(0)
        self._interactions: _Few = np.zeros(0, np.uint8)
        self._earlier: _Few = np.zeros(0, np.uint8)
        self._numbers: dict[VisitorId, int] = {}
        items = len(traffic.counts)
        self.exposure = Exposure(sources + 1, items, groups)
        self.measures = ListMeasures(sources + 1, k, traffic.profiles.categories, items)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(
        self, candidates: Candidates, best: Indices, target: int, visitor: VisitorId, at: float, earlier: int = 0
    ) -> None:
        """Judge the lists of one visitor at one time.

        Parameters
        ----------
        target
            The item that came, -1 for one that has no index.
        earlier
            How many events the visitor had before.
        """
        number, traffic, exposure = self._count, self._traffic, self.exposure
        if number == len(self._times):
            self._ranks = grown(self._ranks, number + 1)
            self._visitors = grown(self._visitors, number + 1)
            self._times = grown(self._times, number + 1)
            self._interactions = grown(self._interactions, number + 1)
            self._earlier = grown(self._earlier, number + 1)
        row = self._visitors[number] = self._numbers.setdefault(visitor, len(self._numbers))
        self._times[number] = at
        self._interactions[number] = min(MANY, int(traffic.counts[target]) if 0 <= target < len(traffic.counts) else 0)
        self._earlier[number] = min(MANY, earlier)
        group = row % len(exposure.lists)
        _note(
            self._ranks[number], exposure.counts[group], exposure.lists[group], candidates.items, best, target, self._k
        )
        profile = traffic.profiles.of(visitor)
        self.measures.add(candidates.items, best, row, traffic.counts, traffic.events, target, profile)
        self._count = number + 1

    @property
    def ranks(self) -> Ranks:
        """Rank of the item in each list, from 1; 0 where it was not; shape (lists, sources + 1)."""
        return self._ranks[: self._count]

    @property
    def visitors(self) -> Indices:
        """A number for the visitor of each list, shape (lists,)."""
        return self._visitors[: self._count]

    @property
    def visitor_ids(self) -> Sequence[VisitorId]:
        """The visitors in the order of their numbers."""
        return tuple(self._numbers)

    @property
    def interactions(self) -> _Few:
        """How many events the item that came had before, `MANY` at most; shape (lists,)."""
        return self._interactions[: self._count]

    @property
    def earlier(self) -> _Few:
        """How many events the visitor had before, `MANY` at most; shape (lists,)."""
        return self._earlier[: self._count]

    @property
    def times(self) -> _Sums:
        """When each list was asked for, shape (lists,)."""
        return self._times[: self._count]
