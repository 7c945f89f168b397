r"""Exponentially decayed counts kept as logarithms, and short lists of those that lead.

The *level* of an item at half-life :math:`h` is :math:`L_i = \log_2 \sum_k w_k 2^{t_k/h}`, and its count at time
:math:`t` is :math:`2^{L_i - t/h}`. Levels only rise and their order never depends on the time, so a sorted list of the
highest stays exact when each item finds its position as it rises. What is counted, and for whom, is said by the models.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.schema.feedback import REWARDS

Levels = NDArray[np.float64]
Earlier = tuple[Indices, Values, Levels]
"""A visitor's earlier items, rewards and times, of their `Context`."""

Bounds = tuple[float, float, float, float]
"""The first four of an `Influence`: when the visitor chose the item last, for how much, and what a signal weighs."""

HOURLY, DAILY = 2, 3

NOTHING = -40.0
"""A count below two to this power is not worth a word: 40 half-lives after a single view."""

_VIEW = REWARDS["view"]

MOST = 60.0
"""Counts are cut off at two to this power: where the time of asking lies far before what was counted."""


@compiled
def sum_of_levels(one: float, other: float) -> float:
    """Return the level of two counts together.

    Examples
    --------
    >>> sum_of_levels(3.0, 3.0), sum_of_levels(5.0, -np.inf)
    (4.0, 5.0)
    """
    higher, lower = max(one, other), min(one, other)
    if lower == -np.inf:
        return higher
    return higher + float(np.log2(1.0 + np.exp2(lower - higher)))


@compiled
def last_interaction(item: int, earlier: Earlier) -> int:
    """Return the index of the visitor's last interaction with an item, -1 for none."""
    items = earlier[0]
    for index in range(len(items) - 1, -1, -1):
        if items[index] == item:
            return index
    return NO_INDEX


@compiled
def counted_before(item: int, earlier: Earlier, bounds: Bounds) -> tuple[float, float]:
    """Return when the visitor chose an item last, and for how much they counted: by their history or the bounds."""
    last_at, counted, _, _ = bounds
    last = last_interaction(item, earlier)
    if last >= 0:
        last_at, counted = max(last_at, earlier[2][last]), max(counted, float(earlier[1][last]))
    return last_at, counted


@compiled
def fresh_part(reward: float, at: float, window: float, last_at: float, counted: float) -> float:
    """Return how much of a signal is new: within a window, only what it exceeds by what the visitor counted for.

    Any interaction counted as a view at least.
    """
    if at - last_at >= window:
        return reward
    return max(reward - max(counted, _VIEW), 0.0)


@compiled
def place_of(leaders: Indices, levels: Levels, end: int, index: int, level: float) -> int:
    """Return how many of the first ``end`` leaders stand before an index of this level: equals by index."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        other = leaders[middle]
        if other >= 0 and (levels[other] > level or (levels[other] == level and other < index)):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def raise_level(leaders: Indices, levels: Levels, index: int, level: float) -> None:
    """Give an index a higher level, and the position among the leaders that it has by it.

    Parameters
    ----------
    leaders
        Indices of the highest levels, highest first, -1 after the last; int32.
    levels
        By index, float64, -inf where nothing was counted.
    """
    last = place_of(leaders, levels, len(leaders), index, levels[index])
    first = place_of(leaders, levels, last, index, level)
    levels[index] = level
    if first == len(leaders):
        return
    for position in range(min(last, len(leaders) - 1), first, -1):
        leaders[position] = leaders[position - 1]
    leaders[first] = index


@compiled
def add_candidate(indices: Indices, values: Values, count: int, index: int, value: float) -> None:
    """Write one more after ``count`` candidates that are no lower than it: equals in order of index."""
    position = count
    stored = np.float32(value)
    while position > 0 and (
        values[position - 1] < stored or (values[position - 1] == stored and indices[position - 1] > index)
    ):
        values[position] = values[position - 1]
        indices[position] = indices[position - 1]
        position -= 1
    indices[position] = index
    values[position] = stored


@compiled
def remaining(exponent: float) -> float:
    """Return the count of which this is the logarithm; a vanishing one falls off slowly, so that its order remains.

    Examples
    --------
    >>> remaining(-1.0), remaining(-5_000.0) > remaining(-6_000.0) > 1e-20
    (0.5, True)
    """
    if exponent < NOTHING:
        exponent = NOTHING - float(np.log2(1.0 + NOTHING - exponent))
    return float(np.exp2(min(exponent, MOST)))


@compiled
def cut_off(base: float, leaders: Indices, levels: Levels) -> float:
    """Return the time in half-lives, or so much later that no count exceeds the greatest that is said."""
    if len(leaders) and leaders[0] >= 0:
        return max(base, float(levels[leaders[0]]) - MOST)
    return base


@compiled
def write_leaders(
    leaders: Indices, levels: Levels, base: float, excluded: Excluded, indices: Indices, values: Values
) -> int:
    """Write those who lead and are not excluded, by their counts, as long as these are worth a word.

    Parameters
    ----------
    base
        The time in half-lives: what is taken off a level to have the logarithm of a count.

    Returns
    -------
    int
        How many were written.
    """
    written = 0
    for index in leaders:
        if index < 0 or written == len(indices) or levels[index] - base < NOTHING:
            break
        if index < len(excluded) and excluded[index]:
            continue
        add_candidate(indices, values, written, index, np.exp2(levels[index] - base))
        written += 1
    return written


def highest(levels: Levels, limit: int) -> Indices:
    """Return the indices of the ``limit`` highest levels, highest first, equals by index, -1 after the last.

    Examples
    --------
    >>> highest(np.array([2.0, -np.inf, 7.0, 2.0]), 4)
    array([ 2,  0,  3, -1], dtype=int32)
    """
    leaders = np.full(limit, NO_INDEX, np.int32)
    counted = np.flatnonzero(levels > -np.inf)
    ordered = counted[np.argsort(-levels[counted], kind="stable")[:limit]]
    leaders[: len(ordered)] = ordered
    return leaders
