"""The loops of `inverted_index`: how an item enters a sequence and how one is emptied, links and counts kept right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.linked_list import push, unlink
from online_models.arrays.types import NO_INDEX, Indices

Positions = NDArray[np.uint8]


class IndexArrays(NamedTuple):
    """The arrays of an `InvertedIndex`; entry ``slot * length + k`` is the ``k``-th of a sequence.

    Attributes
    ----------
    items, positions
        By entry its item, -1 for none, and its position in the sequence's order, oldest first.
    older, newer
        By entry the one before and after it of the same item (`linked_list`).
    heads, held
        By item its newest entry, and how many it has.
    lengths, times
        By slot how many items the sequence has, and its last interaction in Unix seconds.
    latest, earlier, later
        The ring of slots by last interaction (`linked_list`): the newest, and from each the next on either side.
    """

    items: Indices
    positions: Positions
    older: Indices
    newer: Indices
    heads: Indices
    held: Indices
    lengths: Indices
    times: NDArray[np.float64]
    latest: Indices
    earlier: Indices
    later: Indices


@compiled
def add_entry(bundle: IndexArrays, length: int, slot: int, item: int, at: float) -> None:
    """Put an item at the end of a sequence, now the newest: its entry moves, or it takes a free one or the oldest."""
    arrays = IndexArrays(*bundle)
    if arrays.latest[0] != slot:
        touch_sequence(arrays, slot)
    arrays.times[slot] = max(arrays.times[slot], at)
    items, positions = arrays.items, arrays.positions
    first = slot * length
    count = arrays.lengths[slot]
    entry = first + count
    oldest = first
    for other in range(first, first + count):
        if items[other] == item:
            entry = other
            break
        if positions[other] == 0:
            oldest = other
    if entry == first + length:
        entry = oldest
    if entry == first + count:
        arrays.lengths[slot] = count + 1
        positions[entry] = count
    else:
        before = items[entry]
        unlink(arrays.heads, arrays.older, arrays.newer, before, entry)
        arrays.held[before] -= 1
        _move_to_the_end(positions, first, count, entry)
    items[entry] = item
    arrays.held[item] += 1
    push(arrays.heads, arrays.older, arrays.newer, item, entry)


@compiled
def holds_item(items: Indices, length: int, slot: int, item: int) -> bool:
    """Tell whether a sequence has an item."""
    return item in items[slot * length : (slot + 1) * length]


@compiled
def touch_sequence(arrays: IndexArrays, slot: int) -> None:
    """Make a sequence the newest of all."""
    unlink(arrays.latest, arrays.earlier, arrays.later, 0, slot)
    push(arrays.latest, arrays.earlier, arrays.later, 0, slot)


@compiled
def _move_to_the_end(positions: Positions, first: int, count: int, entry: int) -> None:
    position = positions[entry]
    for other in range(first, first + count):
        if positions[other] > position:
            positions[other] -= 1
    positions[entry] = count - 1


@compiled
def clear_entries(arrays: IndexArrays, length: int, slot: int) -> None:
    """Take all items out of a sequence."""
    for entry in range(slot * length, slot * length + arrays.lengths[slot]):
        item = arrays.items[entry]
        unlink(arrays.heads, arrays.older, arrays.newer, item, entry)
        arrays.held[item] -= 1
        arrays.items[entry] = NO_INDEX
        arrays.positions[entry] = 0
    arrays.lengths[slot] = 0
    arrays.times[slot] = 0.0
