"""Which of a visitor's items contributes most to a candidate of the transitions: the reason that is shown with it."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values
from online_models.models.sequence import transition_views as views
from online_models.models.sequence.pair_table import WIDTH
from online_models.models.sequence.transition_views import TransitionArrays

Marks = NDArray[np.uint16]

_ONE = np.float32(1)


@compiled
def write_attribution(
    view: int, bundle: TransitionArrays, recent: Indices, items: Indices, attributed: Indices
) -> None:
    """Write which of the newest items contributes most to each of ``items`` in a reading; what none does stays.

    The lines of the newest items are read once for all ``items``, which are marked for as long.
    """
    arrays = TransitionArrays(*bundle)
    marks = arrays.marks
    parts, heard, most = np.zeros((3, len(items)), np.float32)
    _mark(items, marks)
    share = _ONE
    for step in range(min(len(recent), views.CLICKS[view])):
        source = recent[len(recent) - 1 - step]
        if source < len(marks):
            parts[:] = 0
            if view != views.PREVIOUS_ITEM:
                _add_parts(view, arrays, source, views.AFTER, heard, parts)
            if view != views.NEXT_ITEM:
                _add_parts(view, arrays, source, views.BEFORE, heard, parts)
            for index in range(len(items)):
                if share * parts[index] > most[index]:
                    most[index], attributed[index] = share * parts[index], source
        share *= views.SHARES[view]
    _unmark(items, marks, attributed)


@compiled
def _mark(items: Indices, marks: Marks) -> None:
    """Note the index of each item, from 1; where one comes twice, its first."""
    for index in range(len(items)):
        if items[index] < len(marks) and marks[items[index]] == 0:
            marks[items[index]] = 1 + index


@compiled
def _unmark(items: Indices, marks: Marks, attributed: Indices) -> None:
    for index in range(len(items)):
        if items[index] < len(marks) and marks[items[index]] > 0:
            attributed[index] = attributed[int(marks[items[index]]) - 1]
    for index in range(len(items)):
        if items[index] < len(marks):
            marks[items[index]] = 0


@compiled
def _add_parts(view: int, arrays: TransitionArrays, source: int, side: int, heard: Values, parts: Values) -> None:
    """Add to ``parts`` what one table gives the items marked, because of one of the visitor's."""
    others, weights, sums, damping = arrays.others, arrays.weights, arrays.sums, arrays.damping
    heard[:] = 0
    start = 2 * source + side
    if view == views.WALK:
        for slot in range(views.HOP):
            by = others[start, slot]
            if by < 0:
                break
            line = 2 * by + side
            share = weights[start, slot] / (sums[line] + _ONE)
            _read_line(arrays, line, views.REACH, share, source, heard)
    else:
        _read_line(arrays, start, WIDTH, _ONE, source, heard)
    scale: np.float32 = 1 / (sums[start] + _ONE)
    if view in (views.TRANSITIONS, views.CO_OCCURRENCE):
        scale = damping[source] * damping[source]
    for index in range(len(heard)):
        parts[index] += heard[index] * scale


@compiled
def _read_line(arrays: TransitionArrays, line: int, slots: int, share: np.float32, source: int, heard: Values) -> None:
    """Add what a line gives the items marked, but for the one whose line it is or where the walk began."""
    others, weights, marks = arrays.others, arrays.weights, arrays.marks
    for slot in range(slots):
        other = others[line, slot]
        if other < 0:
            break
        mark = marks[other]
        if mark > 0 and other != source:
            heard[int(mark) - 1] += share * weights[line, slot]
