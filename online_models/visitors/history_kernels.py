"""A visitor's interactions in a line of each array: oldest first, each item once, at the last interaction with it."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values

Times = NDArray[np.uint32]
Small = NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)

IN_BASKET, BOUGHT = 1, 2
"""What marks say of an item."""

VIEW, CART, PURCHASE, RATING, UNCART, DISMISSAL = range(6)
"""Codes of what visitors do."""

VIEWED = 1.0
"""What an item taken out of the basket still means."""

_MOST_COUNTED = 255


class HistoryArrays(NamedTuple):
    """Where interactions are kept.

    Attributes
    ----------
    items, rewards, times, marks, counts
        By line, shape (lines, width): the item, what the last interaction meant, when it was, what `marks` say, and how
        many there were.
    lengths, session_lengths
        By visitor how many items their line has, and how many of them belong to the last session.
    """

    items: Indices
    rewards: Values
    times: Times
    marks: Small
    counts: Small
    lengths: Small
    session_lengths: Small


@compiled
def note(
    bundle: HistoryArrays, line: int, visitor: int, item: int, code: int, reward: float, at: int, gap: float
) -> None:
    """Note one interaction in a visitor's line; after more than ``gap`` seconds it begins a new session."""
    arrays = HistoryArrays(*bundle)
    items, rewards, times = arrays.items[line], arrays.rewards[line], arrays.times[line]
    marks, counts = arrays.marks[line], arrays.counts[line]
    length, session_length = int(arrays.lengths[visitor]), int(arrays.session_lengths[visitor])
    if length:
        last = int(times[length - 1])
        if at - last > gap:
            session_length = 0
        at = max(at, last)
    mark, count, before, inside = 0, 0, 0.0, False
    index = _find(items, length, item)
    known = index >= 0
    if known:
        mark, count, before = int(marks[index]), int(counts[index]), float(rewards[index])
        inside = index >= length - session_length
        _remove(arrays, line, index, length)
        length -= 1
        if inside:
            session_length -= 1
    if code != DISMISSAL:
        mark, reward = _marked(code, mark, reward, before, inside, known)
        if length == len(items):
            _remove(arrays, line, 0, length)
            length -= 1
        items[length] = item
        rewards[length] = reward
        times[length] = at
        marks[length] = mark
        counts[length] = min(count + 1, _MOST_COUNTED)
        length += 1
        session_length = min(session_length + 1, length)
    arrays.lengths[visitor] = length
    arrays.session_lengths[visitor] = session_length


@compiled
def drop(bundle: HistoryArrays, line: int, visitor: int, item: int) -> None:
    """Take an item out of a visitor's line."""
    arrays = HistoryArrays(*bundle)
    length, session_length = int(arrays.lengths[visitor]), int(arrays.session_lengths[visitor])
    index = _find(arrays.items[line], length, item)
    if index >= 0:
        _remove(arrays, line, index, length)
        arrays.lengths[visitor] = length - 1
        arrays.session_lengths[visitor] = session_length - 1 if index >= length - session_length else session_length


@compiled
def _marked(code: int, mark: int, reward: float, before: float, inside: bool, known: bool) -> tuple[int, float]:
    """Return an item's marks and reward after a touch: a look does not undo what was said before in the session."""
    if code == PURCHASE:
        mark = BOUGHT
    elif code == CART:
        mark |= IN_BASKET
    elif code == UNCART:
        mark &= ~IN_BASKET
        reward = VIEWED
    elif code == VIEW and known:
        if before < 0:
            reward = before
        elif inside:
            reward = max(reward, before)
    return mark, reward


@compiled
def _find(items: Indices, length: int, item: int) -> int:
    for index in range(length - 1, -1, -1):
        if items[index] == item:
            return index
    return -1


@compiled
def _remove(arrays: HistoryArrays, line: int, index: int, length: int) -> None:
    """Take one interaction out of a line; those after it move up."""
    _close_gap(arrays.items[line], index, length)
    _close_gap(arrays.rewards[line], index, length)
    _close_gap(arrays.times[line], index, length)
    _close_gap(arrays.marks[line], index, length)
    _close_gap(arrays.counts[line], index, length)


@compiled
def _close_gap(field: NDArray[Scalar], index: int, length: int) -> None:
    for left in range(index, length - 1):
        field[left] = field[left + 1]
    field[length - 1] = 0


@compiled
def hide(
    rows: Indices,
    rewards: Values,
    times: NDArray[np.float64],
    marks: Small,
    now: float,
    longest: float,
    last_too: bool,
    excluded: NDArray[np.bool_],
) -> None:
    """Bar what is in the basket or was bought at most ``longest`` seconds ago, what is disliked, and the last."""
    count = len(rows)
    for place in range(count):
        lately = now - times[place] <= longest
        if rewards[place] < 0 or (lately and marks[place] != 0) or (last_too and place == count - 1):
            excluded[rows[place]] = True


@compiled
def gather(
    short: NDArray[Scalar],
    long: NDArray[Scalar],
    lines: Indices,
    is_long: NDArray[np.bool_],
    counts: Small,
    ends: NDArray[np.int64],
    flat: NDArray[Scalar],
) -> None:
    """Write one field of all visitors' touches one after the other, up to ``ends`` of each visitor."""
    for visitor in range(len(counts)):
        first = ends[visitor] - counts[visitor]
        for place in range(counts[visitor]):
            line = lines[visitor]
            flat[first + place] = long[line, place] if is_long[visitor] else short[line, place]


@compiled
def spread(
    short: NDArray[Scalar],
    long: NDArray[Scalar],
    lines: Indices,
    is_long: NDArray[np.bool_],
    counts: Small,
    ends: NDArray[np.int64],
    flat: NDArray[Scalar],
) -> None:
    """Write back into lines what `gather` wrote out of them."""
    for visitor in range(len(counts)):
        first, line = ends[visitor] - counts[visitor], lines[visitor]
        for place in range(counts[visitor]):
            if is_long[visitor]:
                long[line, place] = flat[first + place]
            else:
                short[line, place] = flat[first + place]
