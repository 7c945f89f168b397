"""Several half-lives beside each other: the loops that count a touch at all of them and compare them."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.elementary import take_powers_of_two
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.popularity.decayed_counts import (
    MOST,
    NOTHING,
    Levels,
    add_answer,
    cut_off,
    earlier_touch,
    fresh_part,
    raise_level,
    sum_of_levels,
    write_leaders,
)

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
"""Places of horizons. The two before them, of an hour and a day, are fresh."""

LEADERS = 256
"""So many items with the highest counts are kept in order at each half-life."""

_HALF_LIVES = np.array([horizon.half_life for horizon in DECAY_RATES])
_WINDOWS = np.array([horizon.window for horizon in DECAY_RATES])
_WEIGHTS = np.array([horizon.weight for horizon in DECAY_RATES])
_DAMPING = 30.0
_FRESH = 2
_ASKED = 128
"""So many leaders of the hour, and of the day, are asked whether they trend."""

_WORTH_A_TREND = -1.0
"""Half a view: the logarithm of the least fresh count that can trend."""


@compiled
def count_touch(
    item: int,
    reward: float,
    at: float,
    rows: Indices,
    rewards: Values,
    times: Levels,
    levels: Levels,
    totals: Levels,
    leaders: Indices,
) -> None:
    """Count what is new in a signal at every horizon.

    Parameters
    ----------
    rows, rewards, times
        What the visitor touched before, of their `Context`.
    levels, totals, leaders
        Of shapes (items, horizons), (horizons,) and (horizons, leaders).
    """
    earlier = earlier_touch(item, rows)
    for horizon in range(len(totals)):
        fresh = fresh_part(reward, at, _WINDOWS[horizon], earlier, rewards, times)
        if fresh > 0:
            gained = np.log2(fresh) + at / _HALF_LIVES[horizon]
            raised = sum_of_levels(levels[item, horizon], gained)
            raise_level(leaders[horizon], levels[:, horizon], item, raised)
            totals[horizon] = sum_of_levels(totals[horizon], gained)


@compiled
def write_popular(
    now: float, excluded: Excluded, levels: Levels, totals: Levels, leaders: Indices, rows: Indices, values: Values
) -> None:
    """Write who leads by the week, the day and the hour; after the week's, those who led years ago."""
    for member in range(len(rows)):
        horizon = OF_A_WEEK - member
        base = cut_off(now / _HALF_LIVES[horizon], leaders[horizon], levels[:, horizon])
        written = write_leaders(leaders[horizon], levels[:, horizon], base, excluded, rows[member], values[member])
        if horizon == OF_A_WEEK and written < len(rows[member]):
            _write_long_ago(base, excluded, levels, totals[OF_YEARS], leaders[OF_YEARS], rows[member], values[member])


@compiled
def _write_long_ago(
    base: float, excluded: Excluded, levels: Levels, total: float, leaders: Indices, rows: Indices, values: Values
) -> None:
    """Write those of whom the week says nothing any more, by their share of all years, below all that it says."""
    written = 0
    while written < len(rows) and rows[written] >= 0:
        written += 1
    for row in leaders:
        if row < 0 or written == len(rows):
            break
        if levels[row, OF_A_WEEK] - base >= NOTHING or (row < len(excluded) and excluded[row]):
            continue
        share = max(levels[row, OF_YEARS] - total, -MOST)
        add_answer(rows, values, written, row, np.exp2(NOTHING - 1.0 + share))
        written += 1


@compiled
def write_shares(now: float, levels: Levels, totals: Levels, shares: Values) -> None:
    """Write each row's mixed share of the traffic at all horizons, the short ones damped; float32, shape (items,)."""
    for horizon in range(len(totals)):
        base = now / _HALF_LIVES[horizon]
        if horizon == OF_YEARS:
            base, whole = totals[horizon], 1.0
        else:
            base = max(base, totals[horizon] - MOST)
            whole = np.exp2(totals[horizon] - base) + _DAMPING
        for row in range(len(shares)):
            exponent = levels[row, horizon] - base
            if exponent >= 2 * NOTHING:
                shares[row] += np.float32(_WEIGHTS[horizon] * np.exp2(exponent) / whole)


@compiled
def _is_before(level: float, row: int, last_level: float, last: int) -> bool:
    """Tell whether a row stands before the last of the leaders, or is it: by level, equals by row."""
    return level > last_level or (level == last_level and row <= last)


@compiled
def write_trending(
    now: float,
    excluded: Excluded,
    levels: Levels,
    totals: Levels,
    leaders: Indices,
    found: Indices,
    surprises: Values,
    rows: Indices,
    values: Values,
) -> int:
    """Write the most surprising of those who lead by the hour or by the day, and return how many.

    That is by how much the traffic of an hour or a day exceeds what an item's share of all years explains.

    Parameters
    ----------
    found, surprises
        Scratch, shape (at least twice the leaders,).
    rows, values
        To be written, shape (limit,).
    """
    bases, least = np.empty(_FRESH, np.float64), np.empty(_FRESH, np.float64)
    for horizon in range(_FRESH):
        bases[horizon] = max(now / _HALF_LIVES[horizon], totals[horizon] - MOST)
        least[horizon] = now / _HALF_LIVES[horizon] + _WORTH_A_TREND
    most = min(_ASKED, leaders.shape[1])
    last = leaders[0, most - 1]
    last_level = levels[last, 0] if last >= 0 else -np.inf
    counts = np.empty((_FRESH + 1, len(found)), np.float64)
    count = 0
    for horizon in range(_FRESH):
        for place in range(most):
            row = leaders[horizon, place]
            if row < 0 or levels[row, horizon] < least[horizon]:
                break
            level = levels[row, 0]
            if horizon == 0 or level < least[0] or not _is_before(level, row, last_level, last):
                found[count] = row
                counts[0, count] = levels[row, 0] - bases[0]
                counts[1, count] = levels[row, 1] - bases[1]
                counts[_FRESH, count] = levels[row, OF_YEARS] - totals[OF_YEARS]
                count += 1
    for kind in range(_FRESH + 1):
        take_powers_of_two(counts[kind, :count])
    surprises[:count] = -np.inf
    for horizon in range(_FRESH):
        whole = np.exp2(totals[horizon] - bases[horizon])
        for place in range(count):
            expected = whole * counts[_FRESH, place]
            surprise = (counts[horizon, place] - expected) / np.sqrt(expected + 1.0)
            surprises[place] = max(surprises[place], np.float32(surprise))
    return select(found, surprises, count, excluded, rows, values)
