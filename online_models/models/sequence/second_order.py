"""What comes next after two items in a row: seldom known, but precise."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.selection import Excluded, select
from online_models.arrays.state import InvalidState, State, read_array
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.recommender import Model, no_attribution
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

CELLS = 2**16
"""How many pairs in a row are known at a time, unless told otherwise: a power of two."""

WIDTH = 8
"""How many items are kept that come after a pair."""

Keys = NDArray[np.int64]
Cells = tuple[Keys, Indices, Values]
"""By cell the pair as one number, -1 for none, the items that came after it, -1 for none, and how often."""

_SPREAD = 2_654_435_761
_MIX = 1_000_003
_PAIR = 2**32


class SecondOrder(Model):
    r"""Counts of what came next after the session's last two items, in order.

    .. math:: second\_order(j) = c(a_1, a_0 \to j)

    for the session :math:`\dots a_1, a_0`; for an empty one, the visitor's last two items. Pairs share a fixed number
    of cells by hash. One that finds its cell taken lowers the greatest count there, and takes the cell over where none
    is above 1; a new item replaces the rarest of eight. So pairs that recur stay, and those seen once make room.

    References
    ----------
    Shani, G., Heckerman, D. and Brafman, R. (2005). An MDP-based recommender system. Journal of Machine Learning
    Research 6. (Section 3: n-grams of the last items as states of a Markov chain.)

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> second_order = SecondOrder()
    >>> tea = nothing_known(now=60.0)._replace(items=np.array([3, 4], np.int32), session_length=2)
    >>> second_order.learn_one(5, Feedback(VisitorId("ann"), ItemId("spoon"), "view", 1.0, 60.0), tea)
    >>> retrieve(second_order, tea, limit=2).items.tolist()
    [[5, -1]]
    >>> retrieve(second_order, tea._replace(items=tea.items[::-1]), limit=2).items.tolist()
    [[-1, -1]]
    """

    names = ("second_order",)

    def __init__(self, cells: int = CELLS) -> None:
        if cells < 1 or cells & (cells - 1):
            raise ValueError(f"cells must be a power of two, not {cells}")
        keys: Keys = np.full(cells, NO_INDEX, np.int64)
        self._cells: Cells = keys, np.full((cells, WIDTH), NO_INDEX, np.int32), np.zeros((cells, WIDTH), np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count the item as coming after the session's last two, where whole signals count (`Influence`)."""
        if feedback.chosen and context.session_length > 1 and context.influence.is_followed:
            _learn(self._cells, context.items, item)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what came after the visitor's last two items, by how often."""
        _retrieve(self._cells, context.recent_items, context.excluded, items[0], scores[0])

    def attribution(self, name: str, context: Context, items: Indices) -> Indices:
        """Return the visitor's last item for each that came after the last two; else -1."""
        attributed = no_attribution(items)
        if name in self.names:
            _write_attribution(self._cells, context.recent_items, items, attributed)
        return attributed

    def dump(self) -> State:
        """Return a copy of the whole state."""
        keys, following, counts = self._cells
        return {"keys": keys.copy(), "next": following.copy(), "counts": counts.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        cells = len(self._cells[0])
        keys = read_array(state, "keys", np.int64, cells)
        following = read_array(state, "next", np.int32, cells, WIDTH)
        counts = read_array(state, "counts", np.float32, cells, WIDTH)
        if not _are_cells(keys, following, counts):
            raise InvalidState("cells with a pair that belongs elsewhere, or with counts of no items")
        self._cells = keys, following, counts


@compiled
def _cell(key: int, cells: int) -> int:
    """Return the cell of a pair (Knuth's multiplicative hashing)."""
    return ((((key >> 32) * _MIX + (key & (_PAIR - 1))) * _SPREAD) >> 8) & (cells - 1)


@compiled
def _key(recent: Indices) -> int:
    """Return the last two items as one number; -1 where there is one or none."""
    if len(recent) < 2:
        return NO_INDEX
    first: int = recent[len(recent) - 2]
    second: int = recent[len(recent) - 1]
    return first * _PAIR + second


@compiled
def _learn(cells: Cells, recent: Indices, item: int) -> None:
    """Count ``item`` after the last two of ``recent``, unless their cell belongs to a pair that goes on."""
    keys, following, counts = cells
    if recent[len(recent) - 1] == item:
        return
    key = _key(recent)
    cell = _cell(key, len(keys))
    if keys[cell] != key:
        most = counts[cell].argmax()
        if counts[cell, most] > 1:
            counts[cell, most] -= 1
            return
        keys[cell] = key
        following[cell] = NO_INDEX
        counts[cell] = 0
    rarest = 0
    for slot in range(WIDTH):
        if following[cell, slot] == item:
            counts[cell, slot] += 1
            return
        if counts[cell, slot] < counts[cell, rarest]:
            rarest = slot
    following[cell, rarest] = item
    counts[cell, rarest] = 1


@compiled
def _retrieve(cells: Cells, recent: Indices, excluded: Excluded, items: Indices, scores: Values) -> None:
    keys, following, counts = cells
    key = _key(recent)
    cell = _cell(key, len(keys))
    if key >= 0 and keys[cell] == key:
        select(following[cell], counts[cell], WIDTH, excluded, items, scores)


@compiled
def _write_attribution(cells: Cells, recent: Indices, items: Indices, attributed: Indices) -> None:
    keys, following, _ = cells
    key = _key(recent)
    cell = _cell(key, len(keys))
    if key < 0 or keys[cell] != key:
        return
    for index in range(len(items)):
        for slot in range(WIDTH):
            if following[cell, slot] == items[index]:
                attributed[index] = recent[len(recent) - 1]


@compiled
def _are_cells(keys: Keys, following: Indices, counts: Values) -> bool:
    """Tell whether every pair lies in its cell, with counts of items, each once."""
    for cell in range(len(keys)):
        if keys[cell] < NO_INDEX or (keys[cell] >= 0 and _cell(keys[cell], len(keys)) != cell):
            return False
        for slot in range(WIDTH):
            item, count = following[cell, slot], counts[cell, slot]
            if item < NO_INDEX or not 0 <= count < np.inf or (count > 0) != (item >= 0) or (item >= 0 > keys[cell]):
                return False
            for other in range(slot):
                if item >= 0 and following[cell, other] == item:
                    return False
    return True
