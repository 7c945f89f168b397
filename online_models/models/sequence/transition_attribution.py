"""Which of a visitor's items speaks most for an answer of the transitions: the reason that is shown with it."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values
from online_models.models.sequence.pair_table import WIDTH
from online_models.models.sequence.transition_views import (
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

Marks = NDArray[np.uint16]

_ONE = np.float32(1)


@compiled
def write_strongest(
    view: int,
    after: Indices,
    after_weights: Values,
    after_sums: Values,
    before: Indices,
    before_weights: Values,
    before_sums: Values,
    rarity: Values,
    lately: Indices,
    items: Indices,
    marks: Marks,
    spoke: Indices,
) -> None:
    """Write which of the newest items says most for each of ``items`` in a reading; what none speaks for stays.

    The lines of the newest items are read once for all ``items``, which are marked in ``marks`` for as long: scratch,
    uint16, shape (items,), 0 before and after.
    """
    parts, said, most = np.zeros((3, len(items)), np.float32)
    _mark(items, marks)
    share = _ONE
    for step in range(min(len(lately), CLICKS[view])):
        source = lately[len(lately) - 1 - step]
        if source < len(marks):
            parts[:] = 0
            if view != PREVIOUS_ITEM:
                _say(view, after, after_weights, after_sums, rarity, source, marks, said, parts)
            if view != NEXT_ITEM:
                _say(view, before, before_weights, before_sums, rarity, source, marks, said, parts)
            for place in range(len(items)):
                if share * parts[place] > most[place]:
                    most[place], spoke[place] = share * parts[place], source
        share *= SHARES[view]
    _take_marks(items, marks, spoke)


@compiled
def _mark(items: Indices, marks: Marks) -> None:
    """Note the place of each item, from 1; where one comes twice, its first."""
    for place in range(len(items)):
        if items[place] < len(marks) and marks[items[place]] == 0:
            marks[items[place]] = 1 + place


@compiled
def _take_marks(items: Indices, marks: Marks, spoke: Indices) -> None:
    for place in range(len(items)):
        if items[place] < len(marks) and marks[items[place]] > 0:
            spoke[place] = spoke[int(marks[items[place]]) - 1]
    for place in range(len(items)):
        if items[place] < len(marks):
            marks[items[place]] = 0


@compiled
def _say(
    view: int,
    others: Indices,
    weights: Values,
    sums: Values,
    rarity: Values,
    source: int,
    marks: Marks,
    said: Values,
    parts: Values,
) -> None:
    """Add to ``parts`` what one table says of the items marked, because of one of the visitor's."""
    said[:] = 0
    if view == WALK:
        for slot in range(HOP):
            by = others[source, slot]
            if by < 0:
                break
            share = weights[source, slot] / (sums[by] + _ONE)
            _hear(others, weights, by, REACH, share, source, marks, said)
    else:
        _hear(others, weights, source, WIDTH, _ONE, source, marks, said)
    scale: np.float32 = 1 / (sums[source] + _ONE)
    if view in (TRANSITIONS, CO_OCCURRENCE):
        scale = rarity[source] * rarity[source]
    for place in range(len(said)):
        parts[place] += said[place] * scale


@compiled
def _hear(
    others: Indices,
    weights: Values,
    by: int,
    slots: int,
    share: np.float32,
    source: int,
    marks: Marks,
    said: Values,
) -> None:
    """Add what a line says of the items marked, but for the one whose line it is or where the walk began."""
    for slot in range(slots):
        row = others[by, slot]
        if row < 0:
            break
        mark = marks[row]
        if mark > 0 and row != source:
            said[int(mark) - 1] += share * weights[by, slot]
