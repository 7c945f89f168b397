"""The newest items of each session or visitor, and, read the other way, who had an item lately."""

from collections.abc import Sequence

import numpy as np

from online_models.arrays.compiled import packed
from online_models.arrays.growth import grown
from online_models.arrays.linked_list import are_chained, push
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices
from online_models.models.neighbors.inverted_index_entries import (
    IndexArrays,
    Positions,
    add_entry,
    clear_entries,
    holds_item,
    touch_sequence,
)

MAX_LENGTH = 255
"""An item's position in its sequence is kept in a byte."""

OF_SEQUENCES = ("lengths", "times", "earlier", "later")
"""The arrays by sequence; the others are by entry or by item."""


class InvertedIndex:
    """A bounded number of sequences: distinct items in the order of their last interaction, the oldest giving way.

    The way from an item to those who had it takes no array of its own: each entry is linked to the entries of the same
    item before and after it (`linked_list`), so that memory is 13 bytes per entry and 8 per item, however popular.
    When all sequences are taken, the one unchanged for longest starts anew. Arrays double as they fill, so that a small
    shop stays small.

    Parameters
    ----------
    sequences
        How many are kept.
    length
        How many items each keeps, up to 255.

    Attributes
    ----------
    arrays
        The entries and their links; other arrays after growth.
    used
        How many sequences have ever been taken.

    Examples
    --------
    >>> index = InvertedIndex(sequences=1, length=2)
    >>> for item in (4, 5, 4, 6):
    ...     index.add(owner=0, item=item, at=10.0)
    >>> index.of(owner=0)
    [4, 6]
    >>> index.add(owner=1, item=6, at=20.0)
    >>> index.of(owner=0), index.of(owner=1)
    ([], [6])
    """

    def __init__(self, sequences: int, length: int) -> None:
        if not 0 < length <= MAX_LENGTH:
            raise ValueError(f"a sequence has 1 to {MAX_LENGTH} items")
        self.length = length
        self._most = sequences
        self._reset()

    def _reset(self) -> None:
        none: Indices = np.zeros(0, np.int32)
        no_entries, no_items, no_ring = (none, np.zeros(0, np.uint8), none, none), (none, none), (none, none)
        latest = np.full(1, NO_INDEX, np.int32)
        self.used = 0
        self._owners, self._slots = none, none
        self._use(IndexArrays(*no_entries, *no_items, none, np.zeros(0), latest, *no_ring))

    def _use(self, arrays: IndexArrays) -> None:
        self.arrays, self._packed = arrays, packed(arrays)

    def slot(self, owner: int) -> int:
        """Return the number of the owner's sequence; -1 if they have none."""
        return self._slots.item(owner) if 0 <= owner < len(self._slots) else NO_INDEX

    def of(self, owner: int) -> list[int]:
        """Return the items of the owner's sequence, oldest first."""
        slot = self.slot(owner)
        if slot < 0:
            return []
        entries = slice(slot * self.length, slot * self.length + int(self.arrays.lengths[slot]))
        items: list[int] = self.arrays.items[entries][np.argsort(self.arrays.positions[entries])].tolist()
        return items

    def add(self, owner: int, item: int, at: float, *, is_new: bool = True) -> None:
        """Put an item at the end of the owner's sequence; their first item starts one.

        One that is not ``is_new`` only moves there, if the sequence has it.
        """
        arrays, slot = self.arrays, self.slot(owner)
        if not is_new and (slot < 0 or not holds_item(arrays.items, self.length, slot, item)):
            return
        if item >= len(arrays.heads):
            heads, held = grown(arrays.heads, item + 1, fill=NO_INDEX), grown(arrays.held, item + 1)
            self._use(arrays._replace(heads=heads, held=held))
        if slot < 0:
            slot = self._start(owner)
        add_entry(self._packed, self.length, slot, item, at)

    def release(self, owner: int) -> None:
        """Let the owner's sequence stand as nobody's: their next item starts another one."""
        slot = self.slot(owner)
        if slot >= 0:
            self._owners[slot] = NO_INDEX
            self._slots[owner] = NO_INDEX

    def merge(self, source: int, target: int, newest: Indices) -> None:
        """Let ``target`` have the items of the sequence of ``source`` as well, and forget that sequence.

        ``newest`` tells the order of the last items of both, oldest first. Items older than those come before them,
        first those of the sequence that ended earlier: how they were mixed is not known any more.
        """
        theirs, own = self.slot(source), self.slot(target)
        if theirs < 0:
            return
        if own < 0:
            self.release(source)
            self._hand(theirs, target)
            return
        times = self.arrays.times
        first, last = (source, target) if times[theirs] <= times[own] else (target, source)
        # Each once, where it stands last.
        held = list(dict.fromkeys(reversed([*self.of(first), *self.of(last)])))[::-1]
        order = dict.fromkeys(index for index in newest.tolist() if index in held)
        at = max(times[theirs], times[own])
        self.erase(source)
        self.rewrite(target, [*(index for index in held if index not in order), *order])
        times[own] = at

    def drop(self, owner: int, item: int) -> None:
        """Take an item out of the owner's sequence."""
        indices = self.of(owner)
        if item in indices:
            indices.remove(item)
            self.rewrite(owner, indices)

    def rewrite(self, owner: int, indices: Sequence[int]) -> None:
        """Let the owner's sequence be these items instead, oldest first, the newest if not all find room."""
        slot = self.slot(owner)
        at = self.arrays.times[slot]
        clear_entries(self.arrays, self.length, slot)
        for index in indices:
            self.add(owner, index, at)
        if not indices:
            self.erase(owner)

    def erase(self, owner: int) -> None:
        """Forget the owner's sequence. It is the next to be taken."""
        slot = self.slot(owner)
        if slot < 0:
            return
        self.release(owner)
        latest, earlier = self.arrays.latest, self.arrays.earlier
        clear_entries(self.arrays, self.length, slot)
        touch_sequence(self.arrays, slot)
        latest[0] = earlier[slot]

    def _start(self, owner: int) -> int:
        """Give the owner an empty sequence: a forgotten one, a new one, or that which was unchanged for longest."""
        arrays, slot = self.arrays, self.used
        oldest = int(arrays.later[arrays.latest[0]]) if self.used else NO_INDEX
        if oldest >= 0 and (self.used == self._most or arrays.lengths[oldest] == 0):
            slot = oldest
            self.release(int(self._owners[slot]))
            clear_entries(arrays, self.length, slot)
            touch_sequence(arrays, slot)
        else:
            self._make_room(slot + 1)
            push(self.arrays.latest, self.arrays.earlier, self.arrays.later, 0, slot)
        self._hand(slot, owner)
        return slot

    def _hand(self, slot: int, owner: int) -> None:
        self._slots = grown(self._slots, owner + 1, fill=NO_INDEX)
        self._slots[owner] = slot
        self._owners[slot] = owner

    def _make_room(self, sequences: int) -> None:
        arrays = self.arrays
        if sequences > len(arrays.lengths):
            self._owners = grown(self._owners, sequences, fill=NO_INDEX)
            entries = len(self._owners) * self.length
            by_sequence = {name: grown(getattr(arrays, name), sequences) for name in OF_SEQUENCES}
            by_entry = {name: grown(getattr(arrays, name), entries) for name in ("positions", "older", "newer")}
            items = grown(arrays.items, entries, fill=NO_INDEX)
            self._use(arrays._replace(items=items, **by_entry, **by_sequence))
        self.used = sequences

    def dump(self) -> State:
        """Return a copy of the whole state."""
        arrays, entries = self.arrays, self.used * self.length
        return {
            "items": arrays.items[:entries].copy(),
            "positions": arrays.positions[:entries].copy(),
            "older": arrays.older[:entries].copy(),
            "heads": arrays.heads.copy(),
            "times": arrays.times[: self.used].copy(),
            "owners": self._owners[: self.used].copy(),
            "earlier": arrays.earlier[: self.used].copy(),
            "latest": int(arrays.latest[0]),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        times = read_array(state, "times", np.float64, None)
        used, width = len(times), self.length
        items = read_array(state, "items", np.int32, used * width)
        positions = read_array(state, "positions", np.uint8, used * width)
        older = read_array(state, "older", np.int32, used * width)
        heads = read_array(state, "heads", np.int32, None)
        owners = read_array(state, "owners", np.int32, used)
        earlier = read_array(state, "earlier", np.int32, used)
        latest = state.get("latest")
        if used > self._most or not isinstance(latest, int) or not NO_INDEX <= latest < max(used, 1):
            raise InvalidState("more sequences than there may be, or none of them is the latest")
        newest = np.array([latest if used else NO_INDEX], np.int32)
        if not (are_chained(heads, older, items) and are_chained(newest, earlier, np.zeros(used, np.int32))):
            raise InvalidState("sequences that are not linked as they must be")
        lengths = (items.reshape(used, width) >= 0).sum(axis=1, dtype=np.int32)
        if not (np.isfinite(times).all() and _are_in_order(items, positions, lengths, width)):
            raise InvalidState("sequences that are in no order")
        owned = owners[owners >= 0]
        if len(np.unique(owned)) != len(owned):
            raise InvalidState("a visitor with two sequences")
        self._reset()
        self._make_room(used)
        arrays, entries, linked = self.arrays, used * width, (items >= 0).nonzero()[0]
        arrays.items[:entries], arrays.positions[:entries], arrays.older[:entries] = items, positions, older
        arrays.newer[older[linked]] = linked
        arrays.lengths[:used], arrays.times[:used], self._owners[:used] = lengths, times, owners
        arrays.earlier[:used], arrays.later[earlier] = earlier, np.arange(used, dtype=np.int32)
        held = np.bincount(items[linked], minlength=len(heads)).astype(np.int32)
        self._use(arrays._replace(heads=heads, held=held, latest=newest))
        self._slots = grown(self._slots, int(owners.max(initial=NO_INDEX)) + 1, fill=NO_INDEX)
        self._slots[owned] = (owners >= 0).nonzero()[0]


def _are_in_order(items: Indices, positions: Positions, lengths: Indices, width: int) -> bool:
    """Tell whether entries stand at the beginning of each sequence, no item twice, their positions being 0, 1, 2 ..."""
    filled = np.arange(width) < lengths[:, None]
    indices = items.reshape(-1, width)
    order = np.sort(np.where(filled, positions.reshape(-1, width), MAX_LENGTH), axis=1)
    apart = np.sort(np.where(filled, indices, -1 - np.arange(width, dtype=np.int64)), axis=1)
    return bool(
        np.array_equal(filled, indices >= 0)
        and (order == np.where(filled, np.arange(width), MAX_LENGTH)).all()
        and (np.diff(apart, axis=1) > 0).all()
    )
