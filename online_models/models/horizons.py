"""Several half-lives beside each other: the loops that count a touch at all of them and compare them."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Barred, select
from online_models.models.decayed_counts import (
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
from online_models.recommender import Rows, Values

HOUR = 3_600.0
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY


class Horizon(NamedTuple):
    """A half-life, the window in which a visitor counts once per item, and its weight in mixed shares."""

    half_life: float
    window: float
    weight: float


HORIZONS = (
    Horizon(HOUR, HOUR, 0.2),
    Horizon(DAY, DAY, 0.3),
    Horizon(WEEK, WEEK, 0.4),
    Horizon(4 * YEAR, WEEK, 0.1),
)
"""An hour, a day, a week, and years: the last is what remains to say when nothing has happened for long."""

OF_A_WEEK, OF_YEARS = 2, 3
"""Places of horizons. The two before them, of an hour and a day, are fresh."""

LEADERS = 256
"""So many items with the highest counts are kept in order at each half-life."""

_HALF_LIVES = np.array([horizon.half_life for horizon in HORIZONS])
_WINDOWS = np.array([horizon.window for horizon in HORIZONS])
_WEIGHTS = np.array([horizon.weight for horizon in HORIZONS])
_DAMPING = 30.0
_FRESH = 2
_WORTH_A_TREND = -1.0
"""Half a view: the logarithm of the least fresh count that can trend."""


@compiled
def count_touch(
    item: int,
    reward: float,
    at: float,
    rows: Rows,
    rewards: Values,
    times: Levels,
    levels: Levels,
    totals: Levels,
    leaders: Rows,
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
    now: float, barred: Barred, levels: Levels, totals: Levels, leaders: Rows, rows: Rows, values: Values
) -> None:
    """Write who leads by the week, the day and the hour; after the week's, those who led years ago."""
    for member in range(len(rows)):
        horizon = OF_A_WEEK - member
        base = cut_off(now / _HALF_LIVES[horizon], leaders[horizon], levels[:, horizon])
        written = write_leaders(leaders[horizon], levels[:, horizon], base, barred, rows[member], values[member])
        if horizon == OF_A_WEEK and written < len(rows[member]):
            _write_long_ago(base, barred, levels, totals[OF_YEARS], leaders[OF_YEARS], rows[member], values[member])


@compiled
def _write_long_ago(
    base: float, barred: Barred, levels: Levels, total: float, leaders: Rows, rows: Rows, values: Values
) -> None:
    """Write those of whom the week says nothing any more, by their share of all years, below all that it says."""
    written = 0
    while written < len(rows) and rows[written] >= 0:
        written += 1
    for row in leaders:
        if row < 0 or written == len(rows):
            break
        if levels[row, OF_A_WEEK] - base >= NOTHING or (row < len(barred) and barred[row]):
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
def _surprise(row: int, horizon: int, base: float, whole: float, share: float, levels: Levels) -> float:
    """Return by how much the fresh traffic of a row exceeds what its share of all years explains."""
    expected = whole * share
    return float((np.exp2(levels[row, horizon] - base) - expected) / np.sqrt(expected + 1.0))


@compiled
def _leads(horizon: int, row: int, now: float, levels: Levels, leaders: Rows) -> bool:
    """Tell whether a row has enough fresh traffic to trend, and is among the leaders by it."""
    if levels[row, horizon] - now / _HALF_LIVES[horizon] < _WORTH_A_TREND:
        return False
    level, last = levels[row, horizon], leaders[horizon, leaders.shape[1] - 1]
    return bool(last < 0 or level > levels[last, horizon] or (level == levels[last, horizon] and row <= last))


@compiled
def write_trending(
    now: float,
    barred: Barred,
    levels: Levels,
    totals: Levels,
    leaders: Rows,
    found: Rows,
    surprises: Values,
    rows: Rows,
    values: Values,
) -> int:
    """Write the most surprising of those who lead by the hour or by the day, and return how many.

    Parameters
    ----------
    found, surprises
        Scratch, shape (at least twice the leaders,).
    rows, values
        To be written, shape (limit,).
    """
    hour, day = now / _HALF_LIVES[0], now / _HALF_LIVES[1]
    hour, day = max(hour, totals[0] - MOST), max(day, totals[1] - MOST)
    in_an_hour, in_a_day = np.exp2(totals[0] - hour), np.exp2(totals[1] - day)
    count = 0
    for horizon in range(_FRESH):
        for row in leaders[horizon]:
            if row < 0 or levels[row, horizon] - now / _HALF_LIVES[horizon] < _WORTH_A_TREND:
                break
            if horizon == 0 or not _leads(0, row, now, levels, leaders):
                share = np.exp2(levels[row, OF_YEARS] - totals[OF_YEARS])
                found[count] = row
                surprises[count] = max(
                    _surprise(row, 0, hour, in_an_hour, share, levels), _surprise(row, 1, day, in_a_day, share, levels)
                )
                count += 1
    return select(found, surprises, count, barred, rows, values)
