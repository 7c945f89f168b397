"""How a visitor's interactions are changed: oldest first, each item once, at the last interaction with it. Compiled."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Indices, Values
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS, FeedbackKind

Times = NDArray[np.uint32]
Small = NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)

IN_BASKET, BOUGHT = 1, 2
"""Marks of an item, as bits."""

CODES: dict[FeedbackKind, int] = {kind: code for code, kind in enumerate(FEEDBACK_KINDS)}
_VIEW, _CART, _PURCHASE, _RATING, _UNCART, _DISMISSAL, _WISH, _UNWISH, _REFUND = CODES.values()

JUST_BOUGHT = 86_400.0
"""Seconds for which a purchase is not recommended to its buyer again, nor what lies in the basket."""

_VIEWED, _WISHED = REWARDS["view"], REWARDS["wish"]
_MOST_COUNTED = 255


class HistoryArrays(NamedTuple):
    """Interactions of all visitors, those of one side by side.

    Attributes
    ----------
    items, rewards, times, marks, counts
        By slot: the item, the reward and the time of the last interaction with it, its marks, and how many interactions
        there were.
    starts
        By visitor the first of their slots; -1 where they have none.
    lengths, session_lengths
        By visitor how many slots are in use, and how many of these, the last, belong to the last session.
    """

    items: Indices
    rewards: Values
    times: Times
    marks: Small
    counts: Small
    starts: Indices
    lengths: Small
    session_lengths: Small


@compiled
def note(
    bundle: HistoryArrays, visitor: int, item: int, code: int, reward: float, at: int, gap: float, longest: int
) -> None:
    """Note one interaction; after more than ``gap`` seconds it begins a new session.

    There must be a slot for it, unless the visitor has ``longest`` items: then the oldest makes room.
    """
    arrays = HistoryArrays(*bundle)
    start, length, session_length = _extent(arrays, visitor)
    if length:
        last = int(arrays.times[start + length - 1])
        if at - last > gap:
            session_length = 0
        at = max(at, last)
    mark, count, before, inside = 0, 0, 0.0, False
    slot = _find(arrays.items, start, length, item)
    known = slot >= 0
    if known:
        mark, count, before = int(arrays.marks[slot]), int(arrays.counts[slot]), float(arrays.rewards[slot])
        inside = slot >= start + length - session_length
        _remove(arrays, slot, start + length)
        length -= 1
        if inside:
            session_length -= 1
    if code != _DISMISSAL:
        mark, reward = _marked(code, mark, reward, before, inside, known)
        if length == longest:
            _remove(arrays, start, start + length)
            length -= 1
        end = start + length
        arrays.items[end], arrays.rewards[end], arrays.times[end] = item, reward, at
        arrays.marks[end], arrays.counts[end] = mark, min(count + 1, _MOST_COUNTED)
        length += 1
        session_length = min(session_length + 1, length)
    arrays.lengths[visitor], arrays.session_lengths[visitor] = length, session_length


@compiled
def drop(bundle: HistoryArrays, visitor: int, item: int) -> None:
    """Forget a visitor's interactions with an item."""
    arrays = HistoryArrays(*bundle)
    start, length, session_length = _extent(arrays, visitor)
    slot = _find(arrays.items, start, length, item)
    if slot >= 0:
        _remove(arrays, slot, start + length)
        arrays.lengths[visitor] = length - 1
        arrays.session_lengths[visitor] -= slot >= start + length - session_length


@compiled
def _extent(arrays: HistoryArrays, visitor: int) -> tuple[int, int, int]:
    return int(arrays.starts[visitor]), int(arrays.lengths[visitor]), int(arrays.session_lengths[visitor])


@compiled
def _marked(code: int, mark: int, reward: float, before: float, inside: bool, known: bool) -> tuple[int, float]:
    """Return an item's marks and reward after an interaction: a view or a wish takes nothing back from the session."""
    if code == _PURCHASE:
        mark = BOUGHT
    elif code == _CART:
        mark |= IN_BASKET
    elif code in (_UNCART, _REFUND):
        mark &= ~(IN_BASKET if code == _UNCART else BOUGHT)
        reward = _VIEWED
    elif code == _WISH:
        if inside:
            reward = max(reward, before)
    elif code == _UNWISH:
        # Only the wish is taken back: what weighs more stays, and so does a dislike.
        reward = before if before < 0 or before > _WISHED else _VIEWED
    elif code == _VIEW and known:
        if before < 0:
            reward = before
        elif inside:
            reward = max(reward, before)
    return mark, reward


@compiled
def _find(items: Indices, start: int, length: int, item: int) -> int:
    for slot in range(start + length - 1, start - 1, -1):
        if items[slot] == item:
            return slot
    return -1


@compiled
def _remove(arrays: HistoryArrays, slot: int, end: int) -> None:
    """Take one interaction out; those after it, up to ``end``, move up."""
    _close_gap(arrays.items, slot, end)
    _close_gap(arrays.rewards, slot, end)
    _close_gap(arrays.times, slot, end)
    _close_gap(arrays.marks, slot, end)
    _close_gap(arrays.counts, slot, end)


@compiled
def _close_gap(values: NDArray[Scalar], slot: int, end: int) -> None:
    for left in range(slot, end - 1):
        values[left] = values[left + 1]
    values[end - 1] = 0


@compiled
def exclude(
    items: Indices,
    rewards: Values,
    times: NDArray[np.float64],
    marks: Small,
    now: float,
    last_too: bool,
    excluded: NDArray[np.bool_],
) -> None:
    """Exclude what is in the basket or was bought lately (`JUST_BOUGHT`), what is disliked, and the last."""
    count = len(items)
    for index in range(count):
        lately = now - times[index] <= JUST_BOUGHT and marks[index] != 0
        if rewards[index] < 0 or lately or (last_too and index == count - 1):
            excluded[items[index]] = True
