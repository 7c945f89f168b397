"""Six readings of what was done before and after the items of a session, in one compiled pass over two tables."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.sequence.pair_table import WIDTH, likeness

TRANSITIONS, ASSOCIATION, NEXT_ITEM, PREVIOUS_ITEM, CO_OCCURRENCE, WALK = range(6)
"""The readings, in the order of their lines in the arrays of an answer."""

CLICKS = (6, 10, 1, 1, 10, 3)
"""From how many of the newest items each reading is made."""

SHARES = (np.float32(0.5), np.float32(0.8), np.float32(1), np.float32(1), np.float32(0.8), np.float32(0.5))
"""How much the next older item counts, in each reading."""

HOP = 16
"""A walk goes on from so many of the strongest others: where the time goes, as each is read from cold memory."""

REACH = 24
"""So many are reached from each of them."""

SPOTS = 2 * max(CLICKS) * WIDTH + 2 * CLICKS[WALK] * HOP * REACH + 1
"""More rows than this are not found in one pass, and one that comes twice is noted once more."""

HEATS = 3
"""Transitions, association and co-occurrence are added up side by side. The walk has numbers of its own, so that as
many of them as possible are near; the other two are read from one line."""

_ONE = np.float32(1)


@compiled
def read_views(
    after: Indices,
    after_weights: Values,
    after_sums: Values,
    before: Indices,
    before_weights: Values,
    before_sums: Values,
    rarity: Values,
    lately: Indices,
    excluded: Excluded,
    heat: Values,
    reached: Values,
    found: Indices,
    total: Values,
    best_rows: Indices,
    best_values: Values,
) -> None:
    """Write the best items of all six readings.

    Parameters
    ----------
    after, after_weights, after_sums, before, before_weights, before_sums
        The tables of what came after each item, and before it.
    rarity
        Fourth root of each item's damped count, inverse; float32.
    lately
        The visitor's items, oldest first; rows without a place in the tables say nothing.
    heat, reached
        Scratch, float32, shape (items, HEATS) and (items,), for the items that have lines: 0 before and after.
    found, total
        Scratch of shape (SPOTS,), int32 and float32.
    best_rows, best_values
        To be written, shape (6, limit).
    """
    count = 0
    halving, fading = _ONE, _ONE
    for step in range(min(len(lately), CLICKS[ASSOCIATION])):
        item = lately[len(lately) - 1 - step]
        if step == CLICKS[TRANSITIONS]:
            halving = np.float32(0)
        if item < len(heat):
            count = _read_line(after, after_weights, after_sums, item, rarity, halving, fading, heat, found, count)
            count = _read_line(before, before_weights, before_sums, item, rarity, halving, fading, heat, found, count)
        halving *= SHARES[TRANSITIONS]
        fading *= SHARES[ASSOCIATION]
    for place, view in enumerate((TRANSITIONS, ASSOCIATION, CO_OCCURRENCE)):
        _cool(heat[:, place], found, count, total)
        select(found, total, count, excluded, best_rows[view], best_values[view])
    count = _walk(after, after_weights, after_sums, lately, reached, found, 0)
    count = _walk(before, before_weights, before_sums, lately, reached, found, count)
    _cool(reached, found, count, total)
    select(found, total, count, excluded, best_rows[WALK], best_values[WALK])
    if len(lately) and lately[-1] < len(heat):
        last = lately[-1]
        _share_out(after[last], after_weights[last], after_sums[last], total)
        select(after[last], total, len(after[last]), excluded, best_rows[NEXT_ITEM], best_values[NEXT_ITEM])
        _share_out(before[last], before_weights[last], before_sums[last], total)
        select(before[last], total, len(before[last]), excluded, best_rows[PREVIOUS_ITEM], best_values[PREVIOUS_ITEM])


@compiled
def _read_line(
    others: Indices,
    weights: Values,
    sums: Values,
    item: int,
    rarity: Values,
    halving: np.float32,
    fading: np.float32,
    heat: Values,
    found: Indices,
    count: int,
) -> int:
    """Add what one line says to three readings, and return how many rows are found by now."""
    rare = rarity[item] * rarity[item]
    certain = fading / (sums[item] + _ONE)
    halving *= rare
    fading *= rare
    for slot in range(others.shape[1]):
        row = others[item, slot]
        if row < 0:
            break
        weight = weights[item, slot]
        damped = weight * rarity[row]
        found[count] = row
        count += heat[row, 1] == 0
        heat[row, 0] += halving * damped
        heat[row, 1] += certain * weight
        heat[row, 2] += fading * damped * rarity[row]
    return count


@compiled
def _walk(
    others: Indices, weights: Values, sums: Values, lately: Indices, reached: Values, found: Indices, count: int
) -> int:
    """Walk two steps from each of the newest items, and return how many rows are found by now.

    The second step is no function of its own: references to arrays would be counted a thousand times.
    """
    share = _ONE
    for step in range(min(len(lately), CLICKS[WALK])):
        item = lately[len(lately) - 1 - step]
        if item < len(reached):
            first = share / (sums[item] + _ONE)
            for slot in range(HOP):
                by = others[item, slot]
                if by < 0:
                    break
                second = first * weights[item, slot] / (sums[by] + _ONE)
                for place in range(REACH):
                    row = others[by, place]
                    if row < 0:
                        break
                    if row != item:
                        # A new row is noted without a branch, which would be guessed wrong too often.
                        before = reached[row]
                        found[count] = row
                        count += before == 0
                        reached[row] = before + second * weights[by, place]
        share *= SHARES[WALK]
    return count


@compiled
def _cool(heat: Values, found: Indices, count: int, total: Values) -> None:
    """Move what was added up for the rows found, shape (items,), into one line."""
    for spot in range(count):
        row = found[spot]
        total[spot] = heat[row]
        heat[row] = 0


@compiled
def _share_out(line: Indices, weights: Values, weight: np.float32, shares: Values) -> None:
    """Write which part of its line each other is; 0 where there are no more."""
    for slot in range(len(line)):
        shares[slot] = weights[slot] / (weight + _ONE)


@compiled
def read_alike(
    after: Indices,
    after_weights: Values,
    before: Indices,
    before_weights: Values,
    counts: Values,
    item: int,
    reached: Values,
    found: Indices,
    total: Values,
) -> int:
    """Write into ``found`` and ``total`` what stands on either side of an item; return how many there are."""
    count = _warm(after[item], after_weights[item], reached, found, 0)
    count = _warm(before[item], before_weights[item], reached, found, count)
    _cool(reached, found, count, total)
    for spot in range(count):
        total[spot] = likeness(total[spot], counts[item], counts[found[spot]])
    return count


@compiled
def _warm(line: Indices, weights: Values, reached: Values, found: Indices, count: int) -> int:
    for slot in range(len(line)):
        row = line[slot]
        if row < 0:
            break
        found[count] = row
        count += reached[row] == 0
        reached[row] += weights[slot]
    return count
