"""A visitor's touches as lines of arrays: one line an item, oldest first, each item once at its last touch."""

from typing import TypeVar

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

_MOST_TOUCHES = 255


@compiled
def note(
    line: int,
    rows_of: Indices,
    rewards_of: Values,
    times_of: Times,
    marks_of: Small,
    touches_of: Small,
    counts: Small,
    in_session: Small,
    visitor: int,
    item: int,
    code: int,
    reward: float,
    at: int,
    gap: float,
    named: int,
) -> None:
    """Note one touch in a visitor's line of each of the five fields, shape (lines, width).

    ``named``: 0 sessions have no names, 1 it goes on, 2 it is a new one.
    """
    rows, rewards, times = rows_of[line], rewards_of[line], times_of[line]
    marks, touches = marks_of[line], touches_of[line]
    count, session = int(counts[visitor]), int(in_session[visitor])
    if count:
        last = int(times[count - 1])
        if named == 2 or (named == 0 and at - last > gap):
            session = 0
        at = max(at, last)
    mark, touched, before, inside = 0, 0, 0.0, False
    place = _find(rows, count, item)
    known = place >= 0
    if known:
        mark, touched, before = int(marks[place]), int(touches[place]), float(rewards[place])
        inside = place >= count - session
        _remove(rows, rewards, times, marks, touches, place, count)
        count -= 1
        if inside:
            session -= 1
    if code != DISMISSAL:
        mark, reward = _marked(code, mark, reward, before, inside, known)
        if count == len(rows):
            _remove(rows, rewards, times, marks, touches, 0, count)
            count -= 1
        rows[count] = item
        rewards[count] = reward
        times[count] = at
        marks[count] = mark
        touches[count] = min(touched + 1, _MOST_TOUCHES)
        count += 1
        session = min(session + 1, count)
    counts[visitor] = count
    in_session[visitor] = session


@compiled
def drop(
    rows: Indices,
    rewards: Values,
    times: Times,
    marks: Small,
    touches: Small,
    counts: Small,
    in_session: Small,
    visitor: int,
    item: int,
) -> None:
    """Take an item out of a visitor's lines."""
    count, session = int(counts[visitor]), int(in_session[visitor])
    place = _find(rows, count, item)
    if place >= 0:
        _remove(rows, rewards, times, marks, touches, place, count)
        counts[visitor] = count - 1
        in_session[visitor] = session - 1 if place >= count - session else session


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
def _find(rows: Indices, count: int, item: int) -> int:
    for place in range(count - 1, -1, -1):
        if rows[place] == item:
            return place
    return -1


@compiled
def _remove(rows: Indices, rewards: Values, times: Times, marks: Small, touches: Small, place: int, count: int) -> None:
    for left in range(place, count - 1):
        rows[left] = rows[left + 1]
        rewards[left] = rewards[left + 1]
        times[left] = times[left + 1]
        marks[left] = marks[left + 1]
        touches[left] = touches[left + 1]
    rows[count - 1] = 0
    rewards[count - 1] = 0
    times[count - 1] = 0
    marks[count - 1] = 0
    touches[count - 1] = 0


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
