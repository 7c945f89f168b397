"""How the best of many scored items are picked: one order for all models."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems, Values

Excluded = NDArray[np.bool_]
Number = TypeVar("Number", np.int32, np.int64, np.float32)

_SPARE = 16
"""So many of the best may be excluded before all have to be looked at."""

_BLOCK = 16
_LINES, _MOST = 256, 2**31 - 1


@compiled
def select(
    indices: Indices, totals: Values, count: int, excluded: Excluded, best_rows: Indices, best_values: Values
) -> int:
    """Write the best of the first ``count`` indices, those above zero and not excluded: best first, equals by index.

    Parameters
    ----------
    indices, totals
        Items, each once, and their scores: int32 and float32, shape (at least count,).
    excluded
        Items to leave out, by index, bool; indices beyond its end are not excluded.
    best_rows, best_values
        To be written, shape (limit,). What there is too little for stays as it is.

    Returns
    -------
    int
        How many were written.
    """
    if len(best_rows) == 0:
        return 0
    bound = bound_of(totals, count, len(best_rows) + _SPARE)
    chosen = _enter(indices, totals, count, bound, excluded, best_rows, best_values)
    if chosen < len(best_rows) and bound > 1:
        # More are excluded than there were to spare.
        chosen = _enter(indices, totals, count, 1, excluded, best_rows, best_values)
    return chosen


@compiled
def bound_of(totals: Values, count: int, least: int) -> int:
    """Return what the bits of at least so many of the first ``count`` totals reach, and not many more; 1 for all.

    A float's bits, read as a whole number, are in the order of the floats where these are above zero.
    """
    bits = totals.view(np.int32)
    blocks = count // _BLOCK
    if blocks < 2 * least:
        return _bound_of(bits[:count], least)
    maxima = np.empty(blocks, np.int32)
    for block in range(blocks):
        first = block * _BLOCK
        greatest = bits[first]
        for position in range(first + 1, first + _BLOCK):
            greatest = max(greatest, bits[position])
        maxima[block] = greatest
    return _bound_of(maxima, least)


@compiled
def _bound_of(bits: Indices, least: int) -> int:
    """Count numbers above zero by where they lie between the greatest and the least of them, from the greatest on."""
    if len(bits) < 2 * least:
        return 1
    greatest, smallest = np.int32(0), np.int32(_MOST)
    for position in range(len(bits)):
        greatest = max(greatest, bits[position])
        smallest = min(smallest, bits[position] if bits[position] > 0 else np.int32(_MOST))
    if greatest == 0:
        return 1
    shift, last = np.int32(0), np.int32(_LINES - 1)
    while (greatest - smallest) >> shift >= last:
        shift += np.int32(1)
    counts = np.zeros(_LINES, np.int32)
    for position in range(len(bits)):
        counts[(greatest - max(bits[position], smallest)) >> shift] += bits[position] > 0
    reached = 0
    for line in range(_LINES):
        reached += counts[line]
        if reached >= least:
            bound = int(greatest) - ((line + 1) << int(shift)) + 1
            return max(bound, 1)
    return 1


@compiled
def _enter(
    indices: Indices,
    totals: Values,
    count: int,
    bound: int,
    excluded: Excluded,
    best_rows: Indices,
    best_values: Values,
) -> int:
    """Write the best of those whose bits reach a bound, in order, and return how many were written."""
    bits, limit = totals.view(np.int32), len(best_rows)
    chosen = 0
    least = np.float32(0)
    for position in range(count):
        if bits[position] < bound:
            continue
        value = totals[position]
        index = indices[position]
        if (chosen == limit and value < least) or (index < len(excluded) and excluded[index]):
            continue
        slot = chosen
        if chosen == limit:
            slot = limit - 1
            if value == least and index > best_rows[slot]:
                continue
        else:
            chosen += 1
        while slot > 0 and (
            best_values[slot - 1] < value or (best_values[slot - 1] == value and best_rows[slot - 1] > index)
        ):
            best_values[slot] = best_values[slot - 1]
            best_rows[slot] = best_rows[slot - 1]
            slot -= 1
        best_values[slot] = value
        best_rows[slot] = index
        least = best_values[chosen - 1]
    return chosen


@compiled
def move_to_rank(values: NDArray[Number], count: int, rank: int) -> None:
    """Move the first ``count`` values so that index ``rank`` holds what it would in order, largest first.

    Takes .6 of the time of `numpy.partition` as compiled, for the few hundred candidates of a request.

    References
    ----------
    Hoare, C. A. R. (1961). Algorithm 65: find. Communications of the ACM 4.

    Examples
    --------
    >>> values = np.array([5, 9, 1, 7])
    >>> move_to_rank(values, 4, 1)
    >>> int(values[1])
    7
    """
    low, high = 0, count - 1
    while low < high:
        left, right = low, high
        middle = values[(low + high) // 2]
        while left <= right:
            while values[left] > middle:
                left += 1
            while values[right] < middle:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if rank <= right:
            high = right
        elif rank >= left:
            low = left
        else:
            break


@compiled
def best_first(items: Indices, scores: Values, most: int) -> NDArray[np.int64]:
    """Return the positions of the best ``most`` items, or of all if these are fewer: by falling score, ties by item.

    Scores may be negative.

    Examples
    --------
    >>> best_first(np.array([9, 7, 8], np.int32), np.array([1, -2, 1], np.float32), 2)
    array([2, 0])
    """
    bits = scores.view(np.int32)
    keys = np.empty(len(items), np.int64)
    for index in range(len(items)):
        # The bits of a float, read as an integer, sort like the floats once those of negatives are inverted.
        key = np.int64(bits[index])
        if key < 0:
            key = -(key + 2**31)
        keys[index] = (key << 32) - items[index]
    if len(items) <= most:
        return np.argsort(-keys)
    highest = keys.copy()
    move_to_rank(highest, len(highest), most - 1)
    order = np.empty(most, np.int64)
    count = 0
    for index in range(len(items)):
        if keys[index] >= highest[most - 1]:
            position = count
            while position > 0 and keys[order[position - 1]] < keys[index]:
                order[position] = order[position - 1]
                position -= 1
            order[position] = index
            count += 1
    return order


def selected(indices: Indices, totals: Values, limit: int, excluded: Excluded) -> ScoredItems:
    """Return the best of some indices.

    Examples
    --------
    >>> indices, totals = np.array([4, 2, 9], np.int32), np.array([1, 3, 1], np.float32)
    >>> selected(indices, totals, 2, np.empty(0, np.bool_))
    ScoredItems(items=array([2, 4], dtype=int32), scores=array([3., 1.], dtype=float32))
    """
    best_rows, best_values = np.full(limit, NO_INDEX, np.int32), np.zeros(limit, np.float32)
    count = select(indices, totals, len(indices), excluded, best_rows, best_values)
    return ScoredItems(best_rows[:count], best_values[:count])
