"""What is noted of each list when it is judged: the rank of the item that came, and what else it showed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.types import Indices
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId

_Flags = NDArray[np.bool_]
_Sums = NDArray[np.float64]
Ranks = NDArray[np.int16]


class _Line(NamedTuple):
    """What is noted of one list, of each source and of the whole as one more.

    Attributes
    ----------
    ranks
        Position of the item that came, from 1; 0 where it was not; shape (sources + 1,).
    shown
        By source, which items were ever shown; shape (sources + 1, items).
    counts
        Events of each item so far, shape (items,).
    sums
        By source, lists with any item, items, and their shares of all events; shape (sources + 1, 3).
    """

    ranks: Ranks
    shown: _Flags
    counts: _Sums
    sums: _Sums


@compiled
def _note_list(line: _Line, source: int, listed: Indices, target: int, k: int, share: float) -> None:
    for position in range(min(k, len(listed))):
        item = listed[position]
        if item < 0:
            break
        if item == target:
            line.ranks[source] = position + 1
        line.sums[source, 0] += position == 0
        line.sums[source, 1] += 1
        if item < len(line.counts):
            line.shown[source, item] = True
            line.sums[source, 2] += line.counts[item] * share


@compiled
def _note(line: _Line, candidates: Indices, best: Indices, target: int, k: int, share: float) -> None:
    for source in range(len(candidates)):
        _note_list(line, source, candidates[source], target, k, share)
    _note_list(line, len(candidates), best, target, k, share)


class Traffic:
    """How many events each item had so far: its popularity when a list is shown."""

    def __init__(self, items: int) -> None:
        self.counts: _Sums = np.zeros(items)
        self.events = 0

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
    """

    def __init__(self, sources: int, k: int, traffic: Traffic) -> None:
        self._k = k
        self._traffic = traffic
        self._ranks: Ranks = np.zeros((0, sources + 1), np.int16)
        self._visitors: Indices = np.zeros(0, np.int32)
        self._times: _Sums = np.zeros(0)
        self._numbers: dict[VisitorId, int] = {}
        self._shown: _Flags = np.zeros((sources + 1, len(traffic.counts)), np.bool_)
        self._sums: _Sums = np.zeros((sources + 1, 3))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, candidates: Candidates, best: Indices, target: int, visitor: VisitorId, at: float) -> None:
        """Judge the lists of one visitor at one time by the item that came, -1 for one that has no index."""
        number = self._count
        if number == len(self._times):
            self._ranks = grown(self._ranks, number + 1)
            self._visitors = grown(self._visitors, number + 1)
            self._times = grown(self._times, number + 1)
        self._visitors[number] = self._numbers.setdefault(visitor, len(self._numbers))
        self._times[number] = at
        traffic = self._traffic
        share = 1.0 / max(1, traffic.events)
        line = _Line(self._ranks[number], self._shown, traffic.counts, self._sums)
        _note(line, candidates.items, best, target, self._k, share)
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
    def times(self) -> _Sums:
        """When each list was asked for, shape (lists,)."""
        return self._times[: self._count]

    @property
    def answered(self) -> _Sums:
        """Share of the lists that were not empty, shape (sources + 1,)."""
        return self._sums[:, 0] / max(1, self._count)

    @property
    def popularity(self) -> _Sums:
        """Mean share of the earlier events that a shown item had, shape (sources + 1,)."""
        means: _Sums = self._sums[:, 2] / np.maximum(1, self._sums[:, 1])
        return means

    @property
    def shown(self) -> Indices:
        """How many different items were shown, shape (sources + 1,)."""
        counts: Indices = self._shown.sum(axis=1, dtype=np.int32)
        return counts
