"""Sums of stars that fade with time: the loops of a model that rates items."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Barred, select
from online_models.recommender import NOBODY, Rows, Values

YEAR = 365 * 86_400.0

HALF_LIFE = YEAR
"""After a year a vote weighs half: goods and expectations change by the season, and votes are too few for less."""

PRIOR = 10.0
"""An item is taken to have so many votes at the mean of all before its first one."""

STARS, VOTES = 0, 1
"""Columns of sums: stars and votes, each times what it weighed at an epoch that they share."""

Sums = NDArray[np.float64]
"""Shape (items, 2), or (2,) for one."""

_NEGLIGIBLE = 1e-9
_FAR_AHEAD = 60.0


@compiled
def _add_stars(sums: Sums, stars: float, weight: float) -> None:
    """Add a vote to one row of sums; a weight below zero takes it away."""
    sums[STARS] += stars * weight
    sums[VOTES] += weight
    if sums[VOTES] <= -weight * _NEGLIGIBLE:
        sums[:] = 0.0


@compiled
def _damped_mean(sums: Sums, mean: float, fading: float) -> float:
    """Return the mean of one row of sums with the prior's votes at the mean of all."""
    return float((PRIOR * mean + sums[STARS] * fading) / (PRIOR + sums[VOTES] * fading))


@compiled
def fading_at(now: float, epoch: float) -> float:
    """Return how much of a vote given at the epoch is left."""
    return float(np.exp2(min((epoch - now) / HALF_LIFE, _FAR_AHEAD)))


@compiled
def mean_of(sums: Sums) -> float:
    """Return the mean of one row of sums, 0 where there are no votes."""
    return float(sums[STARS] / sums[VOTES]) if sums[VOTES] > 0.0 else 0.0


@compiled
def _slot_of(visitor: int, item: int, slots: int) -> int:
    """Return where the last vote of a visitor on an item is remembered; ``slots`` is a power of two."""
    return ((visitor * 2_654_435_761 + item * 2_246_822_519) >> 13) & (slots - 1)


@compiled
def _vote(
    item: int, visitor: int, stars: float, weight: float, sums: Sums, total: Sums, voters: Rows, given: Sums
) -> bool:
    """Add a vote in the place of the visitor's last one on the item; tell whether there was none."""
    new = True
    if visitor != NOBODY:
        slot = _slot_of(visitor, item, len(voters))
        if voters[slot, 0] == visitor and voters[slot, 1] == item:
            new = False
            _add_stars(sums[item], given[slot, 0], -given[slot, 1])
            _add_stars(total, given[slot, 0], -given[slot, 1])
        voters[slot, 0], voters[slot, 1] = visitor, item
        given[slot, 0], given[slot, 1] = stars, weight
    _add_stars(sums[item], stars, weight)
    _add_stars(total, stars, weight)
    return new


@compiled
def _lead(leaders: Rows, item: int, sums: Sums, mean: float, fading: float) -> None:
    """Give an item a place among the leaders if there is one, or if it is better than the worst of them."""
    for place in range(len(leaders)):
        if leaders[place] == item:
            return
        if leaders[place] < 0:
            leaders[place] = item
            return
    worst, least = 0, np.inf
    for place in range(len(leaders)):
        value = _damped_mean(sums[leaders[place]], mean, fading)
        if value < least or (value == least and leaders[place] > leaders[worst]):
            worst, least = place, value
    if _damped_mean(sums[item], mean, fading) > least:
        leaders[worst] = item


@compiled
def count_vote(
    item: int,
    visitor: int,
    stars: float,
    at: float,
    epoch: float,
    sums: Sums,
    counts: Rows,
    total: Sums,
    leaders: Rows,
    voters: Rows,
    given: Sums,
) -> None:
    """Count a vote, and let the item lead if it is good enough.

    Parameters
    ----------
    sums, counts, total
        What all items have, and what they have together.
    leaders
        Rows in no order, -1 after the last.
    voters, given
        The last votes remembered: (visitor, item) and (stars, weight), shape (slots, 2) each.
    """
    weight = float(np.exp2((at - epoch) / HALF_LIFE))
    if _vote(item, visitor, stars, weight, sums, total, voters, given):
        counts[item] += 1
    _lead(leaders, item, sums, mean_of(total), fading_at(at, epoch))


@compiled
def write_best(
    now: float,
    epoch: float,
    barred: Barred,
    sums: Sums,
    total: Sums,
    leaders: Rows,
    damped: Values,
    rows: Rows,
    values: Values,
) -> int:
    """Write the best of the leaders that are no worse than the mean of all, and return how many.

    ``damped`` is scratch, as long as ``leaders``.
    """
    mean, fading = mean_of(total), fading_at(now, epoch)
    count = 0
    for row in leaders:
        if row < 0:
            break
        value = _damped_mean(sums[row], mean, fading)
        damped[count] = np.float32(value) if value >= mean - _NEGLIGIBLE else np.float32(0)
        count += 1
    return select(leaders, damped, count, barred, rows, values)
