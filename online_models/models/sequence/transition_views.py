"""Six readings of what was done before and after the items of a session, in one compiled pass over two tables."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.accumulation import accumulate, drain
from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.types import Indices, Values
from online_models.models.sequence.pair_table import WIDTH, likeness

TRANSITIONS, ASSOCIATION, NEXT_ITEM, PREVIOUS_ITEM, CO_OCCURRENCE, WALK = range(6)
"""The readings, in the order of their lines in the arrays of candidates."""

CLICKS = (6, 10, 1, 1, 10, 3)
"""From how many of the newest items each reading is made."""

SHARES = (np.float32(0.5), np.float32(0.8), np.float32(1), np.float32(1), np.float32(0.8), np.float32(0.5))
"""How much the next older item counts, in each reading."""

HOP = 16
"""A walk goes on from so many of the strongest others: where the time goes, as each is read from cold memory."""

REACH = 24
"""So many are reached from each of them."""

MOST_FOUND = 2 * max(CLICKS) * WIDTH + 2 * CLICKS[WALK] * HOP * REACH + 1
"""Not more items than this are found in one pass, and one that comes twice is noted once more."""

SUMMED_VIEWS = 3
"""Transitions, association and co-occurrence are added up side by side. The walk has totals of its own, so that as
many of them as possible are near; the other two are read from one line."""

AFTER, BEFORE = 0, 1
"""An item has two lines: what came after it is in line ``2 * item + AFTER``, what came before it in the next."""

_ONE = np.float32(1)


class TransitionArrays(NamedTuple):
    """The two tables of pairs, and scratch for reading them.

    Attributes
    ----------
    others, weights
        `PairTable`, shape (2 * items, 64): lines `AFTER` and `BEFORE` of each item.
    sums
        Weight of each line, shape (2 * items,).
    damping
        Fourth root of each item's damped count, inverse; float32, shape (items,).
    totals, walked
        Scratch, float32, shape (items, SUMMED_VIEWS) and (items,), zero before and after.
    found, scores
        Scratch, int32 and float32, shape (MOST_FOUND,).
    marks
        Scratch, uint16, shape (items,), zero before and after.
    """

    others: Indices
    weights: Values
    sums: Values
    damping: Values
    totals: Values
    walked: Values
    found: Indices
    scores: Values
    marks: NDArray[np.uint16]


@compiled
def read_views(
    bundle: TransitionArrays, recent: Indices, excluded: Excluded, best_items: Indices, best_scores: Values
) -> None:
    """Write the best items of all six readings.

    Parameters
    ----------
    recent
        The visitor's items, oldest first; items that are not in the tables add nothing.
    excluded
        Items to leave out.
    best_items, best_scores
        To be written, shape (6, limit).
    """
    arrays = TransitionArrays(*bundle)
    others, weights, sums = arrays.others, arrays.weights, arrays.sums
    found, scores, excluded_items = arrays.found, arrays.scores, excluded
    count = 0
    halving, fading = _ONE, _ONE
    for step in range(min(len(recent), CLICKS[ASSOCIATION])):
        item = recent[len(recent) - 1 - step]
        if step == CLICKS[TRANSITIONS]:
            halving = np.float32(0)
        if item < len(arrays.walked):
            for side in range(2):
                count = _read_line(arrays, item, side, halving, fading, count)
        halving *= SHARES[TRANSITIONS]
        fading *= SHARES[ASSOCIATION]
    for column, view in enumerate((TRANSITIONS, ASSOCIATION, CO_OCCURRENCE)):
        drain(arrays.totals[:, column], found, count, scores)
        select(found, scores, count, excluded_items, best_items[view], best_scores[view])
    count = _walk(arrays, recent, AFTER, 0)
    count = _walk(arrays, recent, BEFORE, count)
    drain(arrays.walked, found, count, scores)
    select(found, scores, count, excluded_items, best_items[WALK], best_scores[WALK])
    if len(recent) and recent[-1] < len(arrays.walked):
        for side, view in ((AFTER, NEXT_ITEM), (BEFORE, PREVIOUS_ITEM)):
            line = 2 * recent[-1] + side
            _write_shares(weights[line], sums[line], scores)
            select(others[line], scores, others.shape[1], excluded_items, best_items[view], best_scores[view])


@compiled
def _read_line(
    arrays: TransitionArrays, item: int, side: int, halving: np.float32, fading: np.float32, count: int
) -> int:
    """Add what one line gives to three readings, and return how many items are found by now."""
    others, weights, damping = arrays.others, arrays.weights, arrays.damping
    totals, found = arrays.totals, arrays.found
    line = 2 * item + side
    damped_item = damping[item] * damping[item]
    certain = fading / (arrays.sums[line] + _ONE)
    halving *= damped_item
    fading *= damped_item
    for slot in range(others.shape[1]):
        other = others[line, slot]
        if other < 0:
            break
        weight = weights[line, slot]
        damped = weight * damping[other]
        found[count] = other
        count += totals[other, 1] == 0
        totals[other, 0] += halving * damped
        totals[other, 1] += certain * weight
        totals[other, 2] += fading * damped * damping[other]
    return count


@compiled
def _walk(arrays: TransitionArrays, recent: Indices, side: int, count: int) -> int:
    """Walk two steps from each of the newest items, and return how many items are found by now.

    The second step is no function of its own: references to arrays would be counted a thousand times.
    """
    others, weights, sums = arrays.others, arrays.weights, arrays.sums
    walked, found = arrays.walked, arrays.found
    share = _ONE
    for step in range(min(len(recent), CLICKS[WALK])):
        item = recent[len(recent) - 1 - step]
        if item < len(walked):
            start = 2 * item + side
            first = share / (sums[start] + _ONE)
            for slot in range(HOP):
                by = others[start, slot]
                if by < 0:
                    break
                line = 2 * by + side
                second = first * weights[start, slot] / (sums[line] + _ONE)
                for position in range(REACH):
                    other = others[line, position]
                    if other < 0:
                        break
                    if other != item:
                        # A new item is noted without a branch, which would be mispredicted too often.
                        before = walked[other]
                        found[count] = other
                        count += before == 0
                        walked[other] = before + second * weights[line, position]
        share *= SHARES[WALK]
    return count


@compiled
def _write_shares(weights: Values, total: np.float32, shares: Values) -> None:
    """Write which part of its line each weight is; 0 where there are no more."""
    for slot in range(len(weights)):
        shares[slot] = weights[slot] / (total + _ONE)


@compiled
def read_similar(arrays: TransitionArrays, counts: Values, item: int) -> int:
    """Write into ``found`` and ``scores`` what stands on either side of an item; return how many there are."""
    others, found, scores = arrays.others, arrays.found, arrays.scores
    count = 0
    for line in range(2 * item, 2 * item + 2):
        for slot in range(others.shape[1]):
            other = others[line, slot]
            if other < 0:
                break
            count = accumulate(arrays.walked, found, count, other, arrays.weights[line, slot])
    drain(arrays.walked, found, count, scores)
    for index in range(count):
        scores[index] = likeness(scores[index], counts[item], counts[found[index]])
    return count
