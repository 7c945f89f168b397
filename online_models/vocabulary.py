"""Which row an id has. Items keep their row for good; visitors' rows are given on, the longest absent first."""

from collections import OrderedDict

import numpy as np

from online_models.arrays.state import read_ids, read_rows
from online_models.events import ItemId, VisitorId
from online_models.recommender import InvalidState, State


class ItemVocabulary:
    """Rows of items: given in order of arrival, never taken back, at most ``limit`` of them.

    Examples
    --------
    >>> items = ItemVocabulary(limit=2)
    >>> items.add(ItemId("mug")), items.add(ItemId("plate")), items.add(ItemId("mug")), items.add(ItemId("vase"))
    (0, 1, 0, -1)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: dict[ItemId, int] = {}
        self._ids: list[ItemId] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, item: ItemId) -> int:
        """Return the item's row, giving it one if it has none; -1 if there is none left."""
        row = self._rows.get(item)
        if row is None:
            row = len(self._ids)
            if row >= self._limit:
                return -1
            self._rows[item] = row
            self._ids.append(item)
        return row

    def row(self, item: ItemId) -> int:
        """Return the item's row; -1 if it has none."""
        return self._rows.get(item, -1)

    def id(self, row: int) -> ItemId:
        """Return the item in a row."""
        return self._ids[row]

    def dump(self) -> State:
        """Return a copy of the ids, in order of rows."""
        return {"ids": [str(item) for item in self._ids]}

    def load(self, state: State) -> None:
        """Replace the ids. Raises `InvalidState`."""
        ids = [ItemId(text) for text in read_ids(state, "ids")]
        if len(ids) > self._limit:
            raise InvalidState(f"{len(ids)} items; the limit is {self._limit}")
        self._ids = ids
        self._rows = {item: row for row, item in enumerate(ids)}


class VisitorVocabulary:
    """Rows of visitors, at most ``limit``. When all are taken, the visitor who was absent longest gives theirs up.

    Examples
    --------
    >>> visitors = VisitorVocabulary(limit=2)
    >>> visitors.use(VisitorId("ann")), visitors.use(VisitorId("bob")), visitors.use(VisitorId("ann"))
    ((0, False), (1, False), (0, False))
    >>> visitors.use(VisitorId("cid"))
    (1, True)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: OrderedDict[VisitorId, int] = OrderedDict()
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def use(self, visitor: VisitorId) -> tuple[int, bool]:
        """Return the visitor's row, and whether it was somebody else's until now and must be erased first."""
        row = self._rows.get(visitor)
        if row is not None:
            self._rows.move_to_end(visitor)
            return row, False
        recycled = not self._free and len(self._rows) >= self._limit
        if recycled:
            _, row = self._rows.popitem(last=False)
        elif self._free:
            row = self._free.pop()
        else:
            row = len(self._rows)
        self._rows[visitor] = row
        return row, recycled

    def row(self, visitor: VisitorId) -> int:
        """Return the visitor's row; -1 if they have none. Does not count as a visit."""
        return self._rows.get(visitor, -1)

    def rename(self, visitor: VisitorId, name: VisitorId) -> None:
        """Give a known visitor's row to a name that has none."""
        self._rows[name] = self._rows.pop(visitor)

    def remove(self, visitor: VisitorId) -> None:
        """Take the row of a known visitor back."""
        self._free.append(self._rows.pop(visitor))

    def dump(self) -> State:
        """Return a copy of ids and rows, the longest absent first."""
        return {
            "ids": [str(visitor) for visitor in self._rows],
            "rows": np.fromiter(self._rows.values(), np.int32, len(self._rows)),
            "free": np.array(self._free, np.int32),
        }

    def load(self, state: State) -> None:
        """Replace ids and rows. Raises `InvalidState`."""
        ids = [VisitorId(text) for text in read_ids(state, "ids")]
        rows, free = read_rows(state, "rows", self._limit), read_rows(state, "free", self._limit)
        if len(ids) != len(rows) or sorted([*rows, *free]) != list(range(len(rows) + len(free))):
            raise InvalidState("the rows of visitors do not fit their ids")
        self._rows = OrderedDict(zip(ids, rows, strict=True))
        self._free = free
