"""Sums of stars that fade with time: the loops of a model that rates items."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values

YEAR = 365 * 86_400.0

HALF_LIFE = YEAR
"""After a year a vote weighs half: goods and expectations change by the season, and votes are too few for less."""

PRIOR = 10.0
"""An item is taken to have so many votes at the mean of all before its first one, and all together so many at 3.5."""

EXPECTED = 3.5
"""The mean of all stars, before there are any."""

ENOUGH = 2.0
"""So many votes make an opinion: an item with fewer is not among the best, whatever they say."""

STARS, VOTES, VOICES = range(3)
"""Columns of sums: stars and votes, each times what it weighed at an epoch that they share; votes that never fade."""

Sums = NDArray[np.float64]
"""Shape (items, 3), or (3,) for one."""

RatedItems = tuple[Sums, Sums, Indices]
"""What all items have, what they have together, and the leaders in no order, -1 after the last."""

_NEGLIGIBLE = 1e-9
_FAR_AHEAD = 60.0


@compiled
def _add_stars(sums: Sums, stars: float, weight: float, share: float) -> None:
    """Add a share of a vote to one row of sums; below zero, weight and share take it away."""
    sums[STARS] += stars * weight
    sums[VOTES] += weight
    sums[VOICES] += share
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
def _mean_of_all(total: Sums, fading: float) -> float:
    """Return the mean of the stars of all items with the prior's votes at what is expected."""
    return _damped_mean(total, EXPECTED, fading)


@compiled
def take_back(sums: Sums, total: Sums, stars: float, weight: float, share: float) -> None:
    """Take a share of a vote out of an item's sums and out of those of all."""
    _add_stars(sums, stars, -weight, -share)
    _add_stars(total, stars, -weight, -share)


@compiled
def _lead(leaders: Indices, item: int, sums: Sums, mean: float, fading: float) -> None:
    """Put an item among the leaders if there is room, or if it is better than the worst of them."""
    for slot in range(len(leaders)):
        if leaders[slot] == item:
            return
        if leaders[slot] < 0:
            leaders[slot] = item
            return
    worst, least = 0, np.inf
    for slot in range(len(leaders)):
        value = _damped_mean(sums[leaders[slot]], mean, fading)
        if value < least or (value == least and leaders[slot] > leaders[worst]):
            worst, least = slot, value
    if _damped_mean(sums[item], mean, fading) > least:
        leaders[worst] = item


@compiled
def count_vote(rated: RatedItems, item: int, stars: float, at: float, epoch: float, share: float) -> float:
    """Count a share of a vote, let the item lead if it is good enough, and return what a whole vote weighs."""
    sums, total, leaders = rated
    weight = float(np.exp2((at - epoch) / HALF_LIFE))
    _add_stars(sums[item], stars, share * weight, share)
    _add_stars(total, stars, share * weight, share)
    if _is_opinion(sums[item]):
        fading = fading_at(at, epoch)
        _lead(leaders, item, sums, _mean_of_all(total, fading), fading)
    return weight


@compiled
def _is_opinion(sums: Sums) -> bool:
    return bool(sums[VOICES] >= ENOUGH - _NEGLIGIBLE)


@compiled
def write_best(
    rated: RatedItems, now: float, epoch: float, excluded: Excluded, best_items: Indices, best_scores: Values
) -> int:
    """Write the best of the leaders that are no worse than the mean of all, and return how many there are."""
    sums, total, leaders = rated
    damped = np.empty(len(leaders), np.float32)
    fading = fading_at(now, epoch)
    mean = _mean_of_all(total, fading)
    count = 0
    for item in leaders:
        if item < 0:
            break
        value = _damped_mean(sums[item], mean, fading)
        worthy = _is_opinion(sums[item]) and value >= mean - _NEGLIGIBLE
        damped[count] = np.float32(value) if worthy else np.float32(0)
        count += 1
    return select(leaders, damped, count, excluded, best_items, best_scores)
