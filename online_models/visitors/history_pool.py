"""Where the interactions of all visitors are kept: few slots for most visitors, more for those who need them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import packed
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices
from online_models.visitors.history_kernels import HistoryArrays, Small

SHORT = 8
"""Slots that a visitor starts with. Most never need more."""

Interactions = tuple[NDArray[Any], ...]
"""Items, rewards, times, marks and counts of one visitor, shape (n,) each."""

_FIELDS = HistoryArrays._fields[:5]


class HistoryPool:
    """Slots for interactions, 14 bytes each. A visitor has none, `SHORT` or ``width``; what is not in use is zero.

    Parameters
    ----------
    width
        How many items are kept per visitor, at most 255.

    Attributes
    ----------
    arrays, packed
        All arrays, and the same for compiled functions (`compiled.packed`); replaced when they grow.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._short = min(SHORT, width)
        self._clear()

    def _clear(self) -> None:
        kinds = (np.int32, np.float32, np.uint32, np.uint8, np.uint8, np.int32, np.uint8, np.uint8)
        self._use(HistoryArrays._make(np.zeros(0, kind) for kind in kinds))
        self._widths: Small = np.zeros(0, np.uint8)
        self._free: dict[int, list[int]] = {self._short: [], self.width: []}
        self._used = 0

    @property
    def _fields(self) -> Interactions:
        """The arrays of all interactions."""
        return self.arrays[:5]

    def _use(self, arrays: HistoryArrays) -> None:
        self.arrays, self.packed = arrays, packed(arrays)

    def slots(self, visitor: int) -> slice:
        """Return the slots in use of a visitor; an empty slice where there are none."""
        if not 0 <= visitor < len(self.arrays.lengths):
            return slice(0, 0)
        start = self.arrays.starts.item(visitor)
        return slice(start, start + self.arrays.lengths.item(visitor))

    def length(self, visitor: int) -> int:
        """Return how many slots of a visitor are in use."""
        return self.arrays.lengths.item(visitor) if 0 <= visitor < len(self.arrays.lengths) else 0

    def session_length(self, visitor: int) -> int:
        """Return how many of the visitor's items, the newest, belong to their last session."""
        return self.arrays.session_lengths.item(visitor) if 0 <= visitor < len(self.arrays.lengths) else 0

    def holds(self, visitor: int, item: int) -> bool:
        """Tell whether an item is among a visitor's."""
        return item in self.arrays.items[self.slots(visitor)]

    def copy(self, visitor: int) -> Interactions:
        """Return a copy of a visitor's interactions."""
        slots = self.slots(visitor)
        return tuple(field[slots].copy() for field in self._fields)

    def make_room(self, visitor: int, item: int) -> None:
        """Let the visitor have a slot for an item: with all of a few in use, they get ``width`` of them."""
        if visitor >= len(self._widths):
            self._grow(visitor + 1)
        width = self._widths.item(visitor)
        if width == 0:
            self._start(visitor, self._short)
        elif width < self.width and self.arrays.lengths.item(visitor) == width and not self.holds(visitor, item):
            self.put(visitor, self.copy(visitor), self.session_length(visitor), self.width)

    def put(self, visitor: int, interactions: Interactions, session_length: int, width: int = 0) -> None:
        """Replace a visitor's interactions, and keep at least ``width`` slots for them."""
        count = len(interactions[0])
        self.empty(visitor)
        self._start(visitor, self.width if max(count, width) > self._short else self._short)
        self.arrays.lengths[visitor], self.arrays.session_lengths[visitor] = count, session_length
        slots = self.slots(visitor)
        for field, values in zip(self._fields, interactions, strict=True):
            field[slots] = values

    def empty(self, visitor: int) -> None:
        """Erase a visitor's interactions, and take their slots back."""
        if not 0 <= visitor < len(self._widths) or not self._widths[visitor]:
            return
        start, width = self.arrays.starts.item(visitor), self._widths.item(visitor)
        for field in self._fields:
            field[start : start + width] = 0
        self._free[width].append(start)
        self._widths[visitor], self.arrays.starts[visitor] = 0, NO_INDEX
        self.arrays.lengths[visitor] = self.arrays.session_lengths[visitor] = 0

    def dump(self) -> State:
        """Return a copy of all interactions, visitor by visitor, each oldest first."""
        arrays = self.arrays
        used = int(np.flatnonzero(arrays.lengths)[-1]) + 1 if arrays.lengths.any() else 0
        slots = _slots_of(arrays.starts[:used], arrays.lengths[:used])
        return {
            "lengths": arrays.lengths[:used].copy(),
            "session_lengths": arrays.session_lengths[:used].copy(),
            **{name: field[slots] for name, field in zip(_FIELDS, self._fields, strict=True)},
        }

    def load(self, state: State) -> None:
        """Replace all interactions. Raises `InvalidState`."""
        lengths = read_array(state, "lengths", np.uint8, None)
        session_lengths = read_array(state, "session_lengths", np.uint8, len(lengths))
        held = int(lengths.sum(dtype=np.int64))
        kinds: tuple[type[np.generic], ...] = (np.int32, np.float32, np.uint32, np.uint8, np.uint8)
        fields = [read_array(state, name, kind, held) for name, kind in zip(_FIELDS, kinds, strict=True)]
        items = read_array(state, "items", np.int32, held)
        if bool((lengths > self.width).any() or (session_lengths > lengths).any() or (items < 0).any()):
            raise InvalidState("more interactions than a visitor can have, or of no item")
        self._clear()
        self._widths = np.where(lengths > self._short, self.width, self._short * (lengths > 0)).astype(np.uint8)
        ends = np.cumsum(self._widths, dtype=np.int32)
        self._used = int(ends[-1]) if len(ends) else 0
        starts = np.where(self._widths > 0, ends - self._widths, NO_INDEX).astype(np.int32)
        slots = _slots_of(starts, lengths)
        empty = [np.zeros(self._used, field.dtype) for field in fields]
        for field, values in zip(empty, fields, strict=True):
            field[slots] = values
        self._use(HistoryArrays._make((*empty, starts, lengths, session_lengths)))

    def _start(self, visitor: int, width: int) -> None:
        """Give ``width`` empty slots to a visitor who has none."""
        if visitor >= len(self._widths):
            self._grow(visitor + 1)
        free = self._free[width]
        if free:
            start = free.pop()
        else:
            start, self._used = self._used, self._used + width
            if self._used > len(self.arrays.items):
                fields = [grown(field, self._used) for field in self._fields]
                self._use(HistoryArrays._make((*fields, *self.arrays[5:])))
        self.arrays.starts[visitor], self._widths[visitor] = start, width

    def _grow(self, visitors: int) -> None:
        arrays = self.arrays
        self._widths = grown(self._widths, visitors)
        starts = grown(arrays.starts, visitors, fill=NO_INDEX)
        lengths, session_lengths = grown(arrays.lengths, visitors), grown(arrays.session_lengths, visitors)
        self._use(arrays._replace(starts=starts, lengths=lengths, session_lengths=session_lengths))


def _slots_of(starts: Indices, lengths: Small) -> Indices:
    """Return the slots in use of all visitors, one after the other."""
    ends = np.cumsum(lengths, dtype=np.int32)
    slots: Indices = np.repeat(starts - (ends - lengths), lengths).astype(np.int32)
    slots += np.arange(len(slots), dtype=np.int32)
    return slots
