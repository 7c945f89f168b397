"""Variety: a list that no type fills, that has room for what was declared, and that does not repeat itself."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.types import NO_INDEX, NO_INDICES, NO_VALUES, Indices, Values

DOZEN = 12
MOST_OF_A_TYPE = 5
"""How many of each `DOZEN` positions items of one type may take, unless the visitor's own items are mostly of it."""

SMOOTHING = 1
"""Items of no type that a visitor's own are counted with: one view makes half a list of one type, not all of it."""

DECLARED_EVERY = 4
"""One position in this many is kept for what the visitor declared to like, if it was found."""

LOOKS_TO_HALVE = 4.0
"""After so many looks without a click an item has half its odds. Looks fade themselves (`Impressions`)."""

RECENT = 20
"""How many of the visitor's last items say which types they look at."""

_PER_LOOK = float(np.log(2) / LOOKS_TO_HALVE)


class Variety(NamedTuple):
    """What a list is varied by. It crosses into compiled code as a whole.

    Attributes
    ----------
    is_on
        Whether it is varied at all.
    types
        By item its type, numbered from 0, -1 for none (`Catalog.types`); int32.
    recent
        The visitor's last items.
    declared
        Candidates that the visitor declared to like.
    ignored_items, ignored
        Items that the visitor was shown and passed over, and how often each was examined; shape (m,).
    """

    is_on: bool
    types: Indices = NO_INDICES
    recent: Indices = NO_INDICES
    declared: Indices = NO_INDICES
    ignored_items: Indices = NO_INDICES
    ignored: Values = NO_VALUES


NO_VARIETY = Variety(is_on=False)


def varied(items: Iterable[int], variety: Variety, n: int) -> list[int]:
    r"""Return ``n`` of some items, which come best first, in the order in which they are shown.

    Each position goes to the best item that is left, but

    - of the first :math:`12k` positions at most :math:`k \max(5, \lceil 12 s \rceil)` go to one type, where
      :math:`s` is its smoothed share of the visitor's last items: a calibrated list follows what they look at;
    - of the first :math:`4k` at least :math:`k` go to what the visitor declared to like.

    Where nothing is left that keeps to this, the best of the type with the fewest items so far goes in.

    References
    ----------
    Steck, H. (2018). Calibrated recommendations. RecSys.

    Examples
    --------
    >>> types = np.array([0, 0, 0, 0, 0, 0, 1, 1], np.int32)
    >>> varied(range(8), Variety(is_on=True, types=types), 7)
    [0, 1, 2, 3, 4, 6, 7]
    >>> varied(range(8), Variety(is_on=True, declared=np.array([5], np.int32)), 4)
    [0, 1, 5, 2]
    """
    array = np.array(list(items), np.int32)
    return [int(array[position]) for position in choose(array, packed(variety), n)]


@compiled
def fade(scores: NDArray[np.float64], items: Indices, bundle: Variety) -> None:
    """Reduce the scores of what was shown and passed over: half the odds for each `LOOKS_TO_HALVE` looks."""
    variety = Variety(*bundle)
    for seen in range(len(variety.ignored_items)):
        for index in range(len(items)):
            if items[index] == variety.ignored_items[seen]:
                scores[index] -= _PER_LOOK * variety.ignored[seen]


@compiled
def choose(items: Indices, bundle: Variety, n: int) -> NDArray[np.int64]:
    """Return which of some items are shown, in order; see `varied`."""
    variety = Variety(*bundle)
    types, is_declared = _types_of(items, variety.types), _are_among(items, variety.declared)
    most = _most_of_each(types, _types_of(variety.recent, variety.types))
    is_left, used = np.ones(len(items), np.bool_), np.zeros(len(items), np.int64)
    order = np.empty(min(n, len(items)), np.int64)
    declared = 0 if len(variety.declared) else len(order)
    for position in range(len(order)):
        dozens = position // DOZEN + 1
        # The last but one of each four: a new product takes the last position of a dozen (`ColdStart`).
        is_due = position % DECLARED_EVERY == DECLARED_EVERY - 2 and declared <= position // DECLARED_EVERY
        chosen = _first(is_left, used, most, dozens, is_declared if is_due else is_left)
        order[position] = chosen
        is_left[chosen] = False
        declared += is_declared[chosen]
        for index in range(len(items)):
            if types[index] >= 0 and types[index] == types[chosen]:
                used[index] += 1
    return order


@compiled
def _first(
    is_left: NDArray[np.bool_],
    used: NDArray[np.int64],
    most: NDArray[np.int64],
    dozens: int,
    is_wanted: NDArray[np.bool_],
) -> int:
    """Return the first item that may go in and is wanted; or may go in; or is of the type with the fewest so far."""
    best, fitting = -1, -1
    for index in range(len(is_left)):
        if is_left[index]:
            best = index if best < 0 or used[index] < used[best] else best
            if used[index] < most[index] * dozens:
                fitting = index if fitting < 0 else fitting
                if is_wanted[index]:
                    return index
    return fitting if fitting >= 0 else best


@compiled
def _types_of(items: Indices, types: Indices) -> Indices:
    found = np.full(len(items), NO_INDEX, np.int32)
    for index in range(len(items)):
        if items[index] < len(types):
            found[index] = types[items[index]]
    return found


@compiled
def _are_among(items: Indices, others: Indices) -> NDArray[np.bool_]:
    found = np.zeros(len(items), np.bool_)
    for index in range(len(items)):
        for other in others:
            if items[index] == other:
                found[index] = True
    return found


@compiled
def _most_of_each(types: Indices, recent: Indices) -> NDArray[np.int64]:
    """Return of each item how many of its type a dozen may hold."""
    most = np.full(len(types), DOZEN, np.int64)
    for index in range(len(types)):
        if types[index] >= 0:
            own = 0
            for other in recent:
                own += other == types[index]
            whole = len(recent) + SMOOTHING
            most[index] = max(MOST_OF_A_TYPE, (DOZEN * own + whole - 1) // whole)
    return most
