"""Which of a visitor's items speaks most for an answer of the transitions: the reason that is shown with it."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.models.pair_table import weight_of
from online_models.models.transition_views import (
    CLICKS,
    CO_OCCURRENCE,
    HOP,
    NEXT_ITEM,
    PREVIOUS_ITEM,
    REACH,
    SHARES,
    TRANSITIONS,
    WALK,
)
from online_models.recommender import NOBODY, Rows, Values

_ONE = np.float32(1)


@compiled
def write_strongest(
    view: int,
    after: Rows,
    after_weights: Values,
    after_sums: Values,
    before: Rows,
    before_weights: Values,
    before_sums: Values,
    rarity: Values,
    lately: Rows,
    items: Rows,
    spoke: Rows,
) -> None:
    """Write which of the newest items says most for each of ``items`` in a reading; -1 where none does."""
    for place in range(len(items)):
        spoke[place] = _strongest(
            view,
            after,
            after_weights,
            after_sums,
            before,
            before_weights,
            before_sums,
            rarity,
            lately,
            items[place],
        )


@compiled
def _strongest(
    view: int,
    after: Rows,
    after_weights: Values,
    after_sums: Values,
    before: Rows,
    before_weights: Values,
    before_sums: Values,
    rarity: Values,
    lately: Rows,
    item: int,
) -> int:
    most, evidence = np.float32(0), NOBODY
    share = _ONE
    for step in range(min(len(lately), CLICKS[view])):
        source = lately[len(lately) - 1 - step]
        if source < len(rarity):
            part = np.float32(0)
            if view != PREVIOUS_ITEM:
                part += _said(view, after, after_weights, after_sums, rarity, source, item)
            if view != NEXT_ITEM:
                part += _said(view, before, before_weights, before_sums, rarity, source, item)
            if share * part > most:
                most, evidence = share * part, source
        share *= SHARES[view]
    return evidence


@compiled
def _said(view: int, others: Rows, weights: Values, sums: Values, rarity: Values, source: int, item: int) -> np.float32:
    if view == WALK:
        weight = _walked(others, weights, sums, source, item)
    else:
        weight = weight_of(others, weights, source, item, others.shape[1])
    scale: np.float32 = 1 / (sums[source] + _ONE)
    if view in (TRANSITIONS, CO_OCCURRENCE):
        scale = rarity[source] * rarity[source]
    return weight * scale


@compiled
def _walked(others: Rows, weights: Values, sums: Values, source: int, item: int) -> np.float32:
    total = np.float32(0)
    if source != item:
        for slot in range(HOP):
            by = others[source, slot]
            if by < 0:
                break
            total += weights[source, slot] * weight_of(others, weights, by, item, REACH) / (sums[by] + _ONE)
    return total
