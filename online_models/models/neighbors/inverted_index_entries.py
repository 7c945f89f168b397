"""The loops of `trails`: how an item enters a trail and how a trail is emptied, links and counts kept right."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.linked_list import push, unlink
from online_models.arrays.types import NO_INDEX, Indices

Places = NDArray[np.uint8]


@compiled
def touch_trail(
    latest: Indices, earlier: Indices, later: Indices, times: NDArray[np.float64], slot: int, at: float
) -> None:
    """Let a trail be the one touched last, at this time or the latest it knows."""
    if latest[0] != slot:
        unlink(latest, earlier, later, 0, slot)
        push(latest, earlier, later, 0, slot)
    times[slot] = max(times[slot], at)


@compiled
def add_entry(
    items: Indices,
    places: Places,
    older: Indices,
    newer: Indices,
    heads: Indices,
    held: Indices,
    lengths: Indices,
    length: int,
    slot: int,
    item: int,
) -> None:
    """Put an item at the end of a trail: its entry moves, or it takes a free one, or that of the oldest item."""
    first = slot * length
    count = lengths[slot]
    entry = first + count
    oldest = first
    for other in range(first, first + count):
        if items[other] == item:
            entry = other
            break
        if places[other] == 0:
            oldest = other
    if entry == first + length:
        entry = oldest
    if entry == first + count:
        lengths[slot] = count + 1
        places[entry] = count
    else:
        before = items[entry]
        unlink(heads, older, newer, before, entry)
        held[before] -= 1
        _move_to_the_end(places, first, count, entry)
    items[entry] = item
    held[item] += 1
    push(heads, older, newer, item, entry)


@compiled
def _move_to_the_end(places: Places, first: int, count: int, entry: int) -> None:
    place = places[entry]
    for other in range(first, first + count):
        if places[other] > place:
            places[other] -= 1
    places[entry] = count - 1


@compiled
def clear_entries(
    items: Indices,
    places: Places,
    older: Indices,
    newer: Indices,
    heads: Indices,
    held: Indices,
    lengths: Indices,
    length: int,
    slot: int,
) -> None:
    """Take all items out of a trail."""
    for entry in range(slot * length, slot * length + lengths[slot]):
        unlink(heads, older, newer, items[entry], entry)
        held[items[entry]] -= 1
        items[entry] = NO_INDEX
        places[entry] = 0
    lengths[slot] = 0
