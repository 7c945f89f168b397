"""Several half-lives beside each other: the loops that count a touch at all of them and compare them."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_powers_of_two
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.popularity import decayed_counts as decayed
from online_models.models.popularity.decayed_counts import DAILY, HOURLY, Bounds, Earlier, Levels

HOUR = 3_600.0
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY


class DecayRate(NamedTuple):
    """A half-life, the window in which a visitor counts once per item, and its weight in mixed shares."""

    half_life: float
    window: float
    weight: float


DECAY_RATES = (
    DecayRate(HOUR, HOUR, 0.2),
    DecayRate(DAY, DAY, 0.3),
    DecayRate(WEEK, WEEK, 0.4),
    DecayRate(4 * YEAR, WEEK, 0.1),
)
"""An hour, a day, a week, and years: the last is what remains to say when nothing has happened for long."""

OF_A_WEEK, OF_YEARS = 2, 3
"""Indexes of decay rates. The two before them, of an hour and a day, are fresh."""

LEADERS = 256
"""So many items with the highest counts are kept in order at each half-life."""

_HALF_LIVES = np.array([rate.half_life for rate in DECAY_RATES])
_WINDOWS = np.array([rate.window for rate in DECAY_RATES])
_WEIGHTS = np.array([rate.weight for rate in DECAY_RATES])
_DAMPING = 30.0
_FRESH = 2
_ASKED = 128
"""How many leaders of the hour, and of the day, are compared with their long share."""

_WORTH_A_TREND = -1.0
"""Half a view: the logarithm of the least fresh count that can trend."""


class DecayedCounts(NamedTuple):
    """Levels of items, shape (items, rates), of all together, (rates,), and who leads at each rate, (rates, 256)."""

    levels: Levels
    totals: Levels
    leaders: Indices


@compiled
def count_interaction(
    counts: DecayedCounts, item: int, reward: float, at: float, earlier: Earlier, bounds: Bounds
) -> None:
    """Count what is new in a signal at every decay rate, by its weight."""
    levels, totals, leaders = counts
    last_at, counted = decayed.counted_before(item, earlier, bounds)
    for rate in range(len(totals)):
        fresh = decayed.fresh_part(reward, at, _WINDOWS[rate], last_at, counted)
        fresh *= bounds[HOURLY] if rate == 0 else bounds[DAILY]
        if fresh > 0:
            gained = np.log2(fresh) + at / _HALF_LIVES[rate]
            raised = decayed.sum_of_levels(levels[item, rate], gained)
            decayed.raise_level(leaders[rate], levels[:, rate], item, raised)
            totals[rate] = decayed.sum_of_levels(totals[rate], gained)


@compiled
def write_popular(counts: DecayedCounts, now: float, excluded: Excluded, items: Indices, scores: Values) -> None:
    """Write who leads by the week, the day and the hour; after the week's, those who led years ago."""
    levels, _, leaders = counts
    for source in range(len(items)):
        rate = OF_A_WEEK - source
        base = decayed.cut_off(now / _HALF_LIVES[rate], leaders[rate], levels[:, rate])
        written = decayed.write_leaders(leaders[rate], levels[:, rate], base, excluded, items[source], scores[source])
        if rate == OF_A_WEEK and written < len(items[source]):
            _write_long_ago(counts, base, excluded, items[source], scores[source])


@compiled
def _write_long_ago(counts: DecayedCounts, base: float, excluded: Excluded, items: Indices, scores: Values) -> None:
    """Write those of whom the week says nothing any more, by their share of all years, below all that it says."""
    levels, totals, leaders = counts
    written = 0
    while written < len(items) and items[written] >= 0:
        written += 1
    for item in leaders[OF_YEARS]:
        if item < 0 or written == len(items):
            break
        if levels[item, OF_A_WEEK] - base >= decayed.NOTHING or (item < len(excluded) and excluded[item]):
            continue
        share = max(levels[item, OF_YEARS] - totals[OF_YEARS], -decayed.MOST)
        decayed.add_candidate(items, scores, written, item, np.exp2(decayed.NOTHING - 1.0 + share))
        written += 1


@compiled
def write_shares(now: float, levels: Levels, totals: Levels, shares: Values) -> None:
    """Write each item's mixed share of the traffic at all rates, the short ones damped; float32, shape (items,)."""
    for rate in range(len(totals)):
        base = now / _HALF_LIVES[rate]
        if rate == OF_YEARS:
            base, whole = totals[rate], 1.0
        else:
            base = max(base, totals[rate] - decayed.MOST)
            whole = np.exp2(totals[rate] - base) + _DAMPING
        for item in range(len(shares)):
            exponent = levels[item, rate] - base
            if exponent >= 2 * decayed.NOTHING:
                shares[item] += np.float32(_WEIGHTS[rate] * np.exp2(exponent) / whole)


@compiled
def write_trending(counts: DecayedCounts, now: float, excluded: Excluded, items: Indices, scores: Values) -> int:
    """Write the most surprising of those who lead by the hour or by the day, and return how many.

    That is by how much the traffic of an hour or a day exceeds what an item's share of all years explains.

    ``items`` and ``scores`` are to be written, shape (limit,).
    """
    levels, totals, leaders = counts
    found = np.empty(2 * leaders.shape[1], np.int32)
    surprises = np.empty(2 * leaders.shape[1], np.float32)
    bases, least = np.empty(_FRESH, np.float64), np.empty(_FRESH, np.float64)
    for rate in range(_FRESH):
        bases[rate] = max(now / _HALF_LIVES[rate], totals[rate] - decayed.MOST)
        least[rate] = now / _HALF_LIVES[rate] + _WORTH_A_TREND
    most = min(_ASKED, leaders.shape[1])
    last = leaders[0, most - 1]
    last_level = levels[last, 0] if last >= 0 else -np.inf
    exponents = np.empty((_FRESH + 1, len(found)), np.float64)
    count = 0
    for rate in range(_FRESH):
        for position in range(most):
            item = leaders[rate, position]
            if item < 0 or levels[item, rate] < least[rate]:
                break
            level = levels[item, 0]
            # Leaders of the day that were among those of the hour are not taken twice.
            among_last = level > last_level or (level == last_level and item <= last)
            if rate == 0 or level < least[0] or not among_last:
                found[count] = item
                exponents[0, count] = levels[item, 0] - bases[0]
                exponents[1, count] = levels[item, 1] - bases[1]
                exponents[_FRESH, count] = levels[item, OF_YEARS] - totals[OF_YEARS]
                count += 1
    for kind in range(_FRESH + 1):
        take_powers_of_two(exponents[kind, :count])
    surprises[:count] = -np.inf
    for rate in range(_FRESH):
        whole = np.exp2(totals[rate] - bases[rate])
        for index in range(count):
            expected = whole * exponents[_FRESH, index]
            surprise = (exponents[rate, index] - expected) / np.sqrt(expected + 1.0)
            surprises[index] = max(surprises[index], np.float32(surprise))
    return select(found, surprises, count, excluded, items, scores)
