"""Which row an id has. Items keep their row for good; visitors' rows are given on, the longest absent first."""

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import SMALLEST, grown
from online_models.arrays.id_table import Keys, delete_row, fill_table, find_row, insert_row, key_of
from online_models.arrays.linked_list import push, unlink
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_indices
from online_models.arrays.types import NO_INDEX, Indices
from online_models.schema.events import ItemId, VisitorId


class ItemIdIndex:
    """Rows of items: given in order of arrival, never taken back, at most ``limit`` of them.

    Examples
    --------
    >>> items = ItemIdIndex(limit=2)
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

    def ids(self, rows: Indices) -> list[ItemId]:
        """Return the items in some rows."""
        return list(map(self._ids.__getitem__, rows.tolist()))

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


class VisitorIdIndex:
    """Rows of visitors, at most ``limit``. When all are taken, the visitor who was absent longest gives theirs up.

    Of an id only its digest is kept (`id_table`): nobody can read from a snapshot whose the rows are.

    Examples
    --------
    >>> visitors = VisitorIdIndex(limit=2)
    >>> visitors.use(VisitorId("ann")), visitors.use(VisitorId("bob")), visitors.use(VisitorId("ann"))
    ((0, False), (1, False), (0, False))
    >>> visitors.use(VisitorId("cid"))
    (1, True)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._start(0)

    def _start(self, rows: int) -> None:
        self._rows = rows
        self._free: list[int] = []
        size = SMALLEST
        while size < 2 * rows:
            size *= 2
        self._table: Indices = np.full(2 * size, NO_INDEX, np.int32)
        self._keys: Keys = np.zeros((size, 2), np.int64)
        self._older: Indices = np.zeros(size, np.int32)
        self._newer: Indices = np.zeros(size, np.int32)
        self._newest: Indices = np.full(1, NO_INDEX, np.int32)

    def __len__(self) -> int:
        return self._rows - len(self._free)

    def use(self, visitor: VisitorId) -> tuple[int, bool]:
        """Return the visitor's row, and whether it was somebody else's until now and must be erased first."""
        first, second = key_of(visitor)
        row = _visit(self._table, self._keys, self._newest, self._older, self._newer, first, second)
        if row >= 0:
            return row, False
        recycled = not self._free and self._rows >= self._limit
        if recycled:
            row = self._newer.item(self._newest.item(0))
            self._take(row)
        elif self._free:
            row = self._free.pop()
        else:
            row = self._rows
            self._make_room(row + 1)
        insert_row(self._table, self._keys, row, first, second)
        push(self._newest, self._older, self._newer, 0, row)
        return row, recycled

    def row(self, visitor: VisitorId) -> int:
        """Return the visitor's row; -1 if they have none. Does not count as a visit."""
        return find_row(self._table, self._keys, *key_of(visitor))

    def rename(self, visitor: VisitorId, name: VisitorId) -> None:
        """Give a known visitor's row to a name that has none."""
        row = self.row(visitor)
        self._take(row)
        insert_row(self._table, self._keys, row, *key_of(name))
        push(self._newest, self._older, self._newer, 0, row)

    def remove(self, visitor: VisitorId) -> None:
        """Take the row of a known visitor back."""
        row = self.row(visitor)
        self._take(row)
        self._free.append(row)

    def dump(self) -> State:
        """Return a copy of the ids' digests and their rows, the longest absent first."""
        rows = np.empty(len(self), np.int32)
        _list_oldest_first(self._newest, self._newer, rows)
        return {"keys": self._keys[rows], "rows": rows, "free": np.array(self._free, np.int32)}

    def load(self, state: State) -> None:
        """Replace ids and rows. Raises `InvalidState`."""
        rows = np.array(read_indices(state, "rows", self._limit), np.int32)
        free, keys = read_indices(state, "free", self._limit), read_array(state, "keys", np.int64, len(rows), 2)
        taken = np.sort(np.concatenate((rows, np.array(free, np.int32))))
        if not np.array_equal(taken, np.arange(len(taken))):
            raise InvalidState("the rows of visitors do not fit their ids")
        self._start(len(taken))
        self._keys[rows] = keys
        if not fill_table(self._table, self._keys, rows):
            raise InvalidState("a visitor with two rows")
        _chain(self._newest, self._older, self._newer, rows)
        self._free = free

    def _take(self, row: int) -> None:
        delete_row(self._table, self._keys, row)
        unlink(self._newest, self._older, self._newer, 0, row)

    def _make_room(self, rows: int) -> None:
        self._rows = rows
        if rows > len(self._keys):
            self._keys = grown(self._keys, rows)
            self._older = grown(self._older, rows)
            self._newer = grown(self._newer, rows)
            self._table = np.full(2 * len(self._keys), NO_INDEX, np.int32)
            fill_table(self._table, self._keys, np.arange(rows - 1, dtype=np.int32))


@compiled
def _visit(table: Indices, keys: Keys, newest: Indices, older: Indices, newer: Indices, first: int, second: int) -> int:
    """Return the row of an id, now the newest of all; -1 if it has none."""
    row = find_row(table, keys, first, second)
    if row >= 0 and row != newest[0]:
        unlink(newest, older, newer, 0, row)
        push(newest, older, newer, 0, row)
    return row


@compiled
def _list_oldest_first(newest: Indices, newer: Indices, rows: Indices) -> None:
    row = newest[0]
    for place in range(len(rows)):
        row = newer[row]
        rows[place] = row


@compiled
def _chain(newest: Indices, older: Indices, newer: Indices, rows: Indices) -> None:
    for row in rows:
        push(newest, older, newer, 0, row)
