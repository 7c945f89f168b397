"""The visits that the session network follows: the last items of each, and its state after them."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array, read_indices
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices, Values

VISITS = 8_192
"""So many visits are followed at a time; the one that had no event for longest makes room."""

LENGTH = 20
"""Items of a visit that are remembered. Its state has seen earlier ones, too, unless new weights were taken up."""

_MOST_VISITORS = 2**31 - 1


class FollowedVisits:
    """The newest visit of each visitor, by the visitor's index.

    Parameters
    ----------
    units
        Length of a state.
    limit
        How many visits are followed.

    Attributes
    ----------
    states
        By slot, float32, shape (limit, units).
    steps
        By slot how many items the state has seen, at most `LENGTH`, int32; -1 where it is to be worked out anew.

    Examples
    --------
    >>> visits = FollowedVisits(units=4, limit=2)
    >>> slot = visits.begin(visitor=7, items=np.array([3], np.int32))
    >>> visits.append(slot, 5)
    True
    >>> visits.items(visits.slot(7)), visits.slot(8)
    (array([3, 5], dtype=int32), -1)
    """

    def __init__(self, units: int, limit: int = VISITS) -> None:
        self._start(units, limit)

    def _start(self, units: int, limit: int) -> None:
        self.states: Values = np.zeros((limit, units), np.float32)
        self.steps: Indices = np.full(limit, NO_INDEX, np.int32)
        self._items: Indices = np.full((limit, LENGTH), NO_INDEX, np.int32)
        self._lengths = [0] * limit
        self._slots: OrderedDict[int, int] = OrderedDict()
        self._free = list(range(limit))[::-1]

    def __len__(self) -> int:
        return len(self._slots)

    def slot(self, visitor: int) -> int:
        """Return the slot of a visitor's visit; -1 if there is none."""
        return self._slots.get(visitor, NO_INDEX)

    def items(self, slot: int) -> Indices:
        """Return a visit's last items, oldest first: a view."""
        return self._items[slot, : self._lengths[slot]]

    def begin(self, visitor: int, items: Indices) -> int:
        """Replace a visitor's visit by one with these items, whose state is to be worked out. Return its slot."""
        slot = self._slots.pop(visitor, NO_INDEX)
        if slot < 0:
            slot = self._free.pop() if self._free else self._slots.popitem(last=False)[1]
        self._slots[visitor] = slot
        self._put(slot, items)
        return slot

    def append(self, slot: int, item: int) -> bool:
        """Add an item to a visit, unless it is its last already; tell whether it was added."""
        length = self._lengths[slot]
        line = self._items[slot]
        if length and line.item(length - 1) == item:
            return False
        if length == LENGTH:
            line[:-1] = line[1:]
            length -= 1
        line[length] = item
        self._lengths[slot] = length + 1
        return True

    def use(self, visitor: int) -> int:
        """Return the slot of a visitor's visit, now the newest of all; -1 if there is none."""
        slot = self._slots.get(visitor, NO_INDEX)
        if slot >= 0:
            self._slots.move_to_end(visitor)
        return slot

    def rename(self, visitor: int, name: int) -> None:
        """Give a visit to a visitor who has none."""
        self._slots[name] = self._slots.pop(visitor)

    def forget_item(self, visitor: int, item: int) -> None:
        """Take an item out of a visit; the state is to be worked out anew."""
        slot = self.slot(visitor)
        if slot < 0 or item not in self.items(slot):
            return
        items = self.items(slot)
        items = items[items != item]
        items = items[np.append(True, items[1:] != items[:-1])] if len(items) else items
        if len(items):
            self._put(slot, items)
        else:
            self.remove(visitor)

    def remove(self, visitor: int) -> None:
        """Forget a visitor's visit."""
        slot = self._slots.pop(visitor, NO_INDEX)
        if slot >= 0:
            self._put(slot, NO_INDICES)
            self._free.append(slot)

    def expire(self, units: int) -> None:
        """Let all states be worked out anew, with so many units."""
        if units != self.states.shape[1]:
            self.states = np.zeros((len(self.states), units), np.float32)
        self.steps[:] = NO_INDEX

    def dump(self) -> State:
        """Return a copy of the visits, the longest without an event first."""
        slots = np.fromiter(self._slots.values(), np.int32, len(self._slots))
        is_known = self.steps[slots] >= 0
        return {
            "visitors": np.fromiter(self._slots, np.int32, len(self._slots)),
            "items": self._items[slots],
            "steps": self.steps[slots],
            "states": self.states[slots] * is_known[:, np.newaxis],
        }

    def load(self, state: State) -> None:
        """Replace the visits. Raises `InvalidState`."""
        visitors = read_indices(state, "visitors", _MOST_VISITORS)
        count, (limit, units) = len(visitors), self.states.shape
        items = read_array(state, "items", np.int32, count, LENGTH)
        steps = read_array(state, "steps", np.int32, count)
        states = read_array(state, "states", np.float32, count, units)
        lengths = _lengths_of(items)
        if count > limit or len(set(visitors)) != count or ((steps < NO_INDEX) | (steps > LENGTH)).any():
            raise InvalidState("visits of too many visitors, or of one twice, or of impossible length")
        if not np.isfinite(states).all() or (lengths == 0).any():
            raise InvalidState("visits without items, or states that are not numbers")
        self._start(units, limit)
        self.states[:count], self.steps[:count], self._items[:count] = states, steps, items
        self._lengths[:count] = lengths.tolist()
        self._slots = OrderedDict(zip(visitors, range(count), strict=True))
        self._free = list(range(count, limit))[::-1]

    def _put(self, slot: int, items: Indices) -> None:
        items = items[-LENGTH:].copy()
        self._items[slot, : len(items)], self._items[slot, len(items) :] = items, NO_INDEX
        self._lengths[slot] = len(items)
        self.steps[slot] = NO_INDEX


def _lengths_of(items: Indices) -> NDArray[np.intp]:
    """Return how many items stand in each line before the first -1. Raises `InvalidState` if any follow it."""
    known = items >= 0
    lengths: NDArray[np.intp] = known.sum(axis=1)
    if (items < NO_INDEX).any() or not np.array_equal(known, np.arange(LENGTH) < lengths[:, np.newaxis]):
        raise InvalidState("items of visits that are not in a row")
    return lengths
