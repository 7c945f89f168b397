"""What each list is noted for when it is judged: the place of the item that came, and what else it showed."""

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


@compiled
def _look_up(rows: Indices, target: int, k: int) -> int:
    """Return the place of ``target`` among the first ``k`` rows, from 1; 0 where it is not."""
    if target >= 0:
        for place in range(min(k, len(rows))):
            if rows[place] == target:
                return place + 1
    return 0


@compiled
def _show(rows: Indices, k: int, shown: _Flags, counts: _Sums) -> tuple[int, float]:
    """Mark the first ``k`` rows as shown. Returns how many they are, and their events in all."""
    length, events = 0, 0.0
    for place in range(min(k, len(rows))):
        row = rows[place]
        if row < 0:
            break
        length += 1
        if row < len(counts):
            shown[row] = True
            events += counts[row]
    return length, events


class _Line(NamedTuple):
    """What one list is noted for, of each source and of the whole as one more.

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
    line.ranks[source] = _look_up(listed, target, k)
    length, events = _show(listed, k, line.shown[source], line.counts)
    line.sums[source, 0] += length > 0
    line.sums[source, 1] += length
    line.sums[source, 2] += events * share


@compiled
def _note(line: _Line, candidates: Indices, best: Indices, target: int, k: int, share: float) -> None:
    for source in range(len(candidates)):
        _note_list(line, source, candidates[source], target, k, share)
    _note_list(line, len(candidates), best, target, k, share)


class Traffic:
    """How many events each row had so far: what popularity is, when a list is shown."""

    def __init__(self, items: int) -> None:
        self.counts: _Sums = np.zeros(items)
        self.events = 0

    def add(self, row: int) -> None:
        """Count an event."""
        self.events += 1
        if 0 <= row < len(self.counts):
            self.counts[row] += 1


class Tally:
    """The judged lists of all members, and of the whole as one more.

    Parameters
    ----------
    members
        How many members there are; the whole comes after them.
    k
        So many of each list are judged.
    traffic
        What was learned before each list.
    """

    def __init__(self, members: int, k: int, traffic: Traffic) -> None:
        self._k = k
        self._traffic = traffic
        self._ranks: Ranks = np.zeros((0, members + 1), np.int16)
        self._visitors: Indices = np.zeros(0, np.int32)
        self._times: _Sums = np.zeros(0)
        self._places: dict[VisitorId, int] = {}
        self._shown: _Flags = np.zeros((members + 1, len(traffic.counts)), np.bool_)
        self._sums: _Sums = np.zeros((members + 1, 3))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, candidates: Candidates, best: Indices, target: int, visitor: VisitorId, at: float) -> None:
        """Judge the lists of one visitor at one time by the row of the item that came, -1 for one that has no row."""
        number = self._count
        if number == len(self._times):
            self._ranks = grown(self._ranks, number + 1)
            self._visitors = grown(self._visitors, number + 1)
            self._times = grown(self._times, number + 1)
        self._visitors[number] = self._places.setdefault(visitor, len(self._places))
        self._times[number] = at
        traffic = self._traffic
        share = 1.0 / max(1, traffic.events)
        line = _Line(self._ranks[number], self._shown, traffic.counts, self._sums)
        _note(line, candidates.items, best, target, self._k, share)
        self._count = number + 1

    @property
    def ranks(self) -> Ranks:
        """Place of the item in each list, from 1; 0 where it was not; shape (lists, members + 1)."""
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
        """Share of the lists that were not empty, shape (members + 1,)."""
        return self._sums[:, 0] / max(1, self._count)

    @property
    def popularity(self) -> _Sums:
        """Mean share of the earlier events that a shown item had, shape (members + 1,)."""
        means: _Sums = self._sums[:, 2] / np.maximum(1, self._sums[:, 1])
        return means

    @property
    def shown(self) -> Indices:
        """How many different items were shown, shape (members + 1,)."""
        counts: Indices = self._shown.sum(axis=1, dtype=np.int32)
        return counts
