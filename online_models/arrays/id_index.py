"""Which index an id has. Items keep their index for good; visitors' indices are given on, the longest absent first."""

from collections.abc import Iterable, Sequence

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import SMALLEST, grown
from online_models.arrays.id_table import Keys, delete_row, fill_table, find_row, insert_row, key_of
from online_models.arrays.linked_list import push, unlink
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_indices
from online_models.arrays.types import NO_INDEX, Indices
from online_models.schema.events import ItemId, VisitorId


class ItemIdIndex:
    """Indices of items: given in order of arrival, never taken back, at most ``limit`` of them.

    Examples
    --------
    >>> items = ItemIdIndex(limit=2)
    >>> items.add(ItemId("mug")), items.add(ItemId("plate")), items.add(ItemId("mug")), items.add(ItemId("vase"))
    (0, 1, 0, -1)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._indices: dict[ItemId, int] = {}
        self._ids: list[ItemId] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, item: ItemId) -> int:
        """Return the item's index, giving it one if it has none; -1 if there is none left."""
        index = self._indices.get(item)
        if index is None:
            index = len(self._ids)
            if index >= self._limit:
                return -1
            self._indices[item] = index
            self._ids.append(item)
        return index

    def index(self, item: ItemId) -> int:
        """Return the item's index; -1 if it has none."""
        return self._indices.get(item, -1)

    def indices(self, items: Sequence[ItemId]) -> Indices:
        """Return the items' indices, -1 where one has none, shape (items,)."""
        return np.fromiter((self._indices.get(item, NO_INDEX) for item in items), np.int32, len(items))

    def id(self, index: int) -> ItemId:
        """Return the item in an index."""
        return self._ids[index]

    def ids(self, indices: Iterable[int]) -> list[ItemId]:
        """Return the items in some indices."""
        return list(map(self._ids.__getitem__, indices))

    def dump(self) -> State:
        """Return a copy of the ids, in order of indices."""
        return {"ids": [str(item) for item in self._ids]}

    def load(self, state: State) -> None:
        """Replace the ids. Raises `InvalidState`."""
        ids = [ItemId(text) for text in read_ids(state, "ids")]
        if len(ids) > self._limit:
            raise InvalidState(f"{len(ids)} items; the limit is {self._limit}")
        self._ids = ids
        self._indices = {item: index for index, item in enumerate(ids)}


class VisitorIdIndex:
    """Indices of visitors, at most ``limit``. When all are taken, the visitor who was absent longest gives theirs up.

    Of an id only its digest is kept (`id_table`): nobody can read from a snapshot whose the indices are.

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

    def _start(self, indices: int) -> None:
        self._span = indices
        self._free: list[int] = []
        size = SMALLEST
        while size < 2 * indices:
            size *= 2
        self._table: Indices = np.full(2 * size, NO_INDEX, np.int32)
        self._keys: Keys = np.zeros((size, 2), np.int64)
        self._older: Indices = np.zeros(size, np.int32)
        self._newer: Indices = np.zeros(size, np.int32)
        self._newest: Indices = np.full(1, NO_INDEX, np.int32)
        self._last: tuple[VisitorId | None, int] = None, NO_INDEX

    def __len__(self) -> int:
        return self._span - len(self._free)

    def use(self, visitor: VisitorId) -> tuple[int, bool]:
        """Return the visitor's index, and whether it was somebody else's until now and must be erased first."""
        if visitor == self._last[0]:
            return self._last[1], False  # an order has many lines: no digest for each
        first, second = key_of(visitor)
        index = _visit(self._table, self._keys, self._newest, self._older, self._newer, first, second)
        if index >= 0:
            self._last = visitor, index
            return index, False
        recycled = not self._free and self._span >= self._limit
        if recycled:
            index = self._newer.item(self._newest.item(0))
            self._take(index)
        elif self._free:
            index = self._free.pop()
        else:
            index = self._span
            self._make_room(index + 1)
        insert_row(self._table, self._keys, index, first, second)
        push(self._newest, self._older, self._newer, 0, index)
        self._last = visitor, index
        return index, recycled

    def index(self, visitor: VisitorId) -> int:
        """Return the visitor's index; -1 if they have none. Does not count as a visit."""
        return find_row(self._table, self._keys, *key_of(visitor))

    def key(self, index: int) -> int:
        """Return a number that follows from the id of a known visitor alone: half of its digest."""
        return self._keys.item(index, 0)

    def rename(self, visitor: VisitorId, name: VisitorId) -> None:
        """Give a known visitor's index to a name that has none."""
        index = self.index(visitor)
        self._take(index)
        insert_row(self._table, self._keys, index, *key_of(name))
        push(self._newest, self._older, self._newer, 0, index)

    def remove(self, visitor: VisitorId) -> None:
        """Take the index of a known visitor back."""
        index = self.index(visitor)
        self._take(index)
        self._free.append(index)

    def dump(self) -> State:
        """Return a copy of the ids' digests and their indices, the longest absent first."""
        indices = np.empty(len(self), np.int32)
        _list_oldest_first(self._newest, self._newer, indices)
        return {"keys": self._keys[indices], "rows": indices, "free": np.array(self._free, np.int32)}

    def load(self, state: State) -> None:
        """Replace ids and indices. Raises `InvalidState`."""
        indices = np.array(read_indices(state, "rows", self._limit), np.int32)
        free, keys = read_indices(state, "free", self._limit), read_array(state, "keys", np.int64, len(indices), 2)
        taken = np.sort(np.concatenate((indices, np.array(free, np.int32))))
        if not np.array_equal(taken, np.arange(len(taken))):
            raise InvalidState("the rows of visitors do not fit their ids")
        self._start(len(taken))
        self._keys[indices] = keys
        if not fill_table(self._table, self._keys, indices):
            raise InvalidState("a visitor with two rows")
        _chain(self._newest, self._older, self._newer, indices)
        self._free = free

    def _take(self, index: int) -> None:
        self._last = None, NO_INDEX
        delete_row(self._table, self._keys, index)
        unlink(self._newest, self._older, self._newer, 0, index)

    def _make_room(self, indices: int) -> None:
        self._span = indices
        if indices > len(self._keys):
            self._keys = grown(self._keys, indices)
            self._older = grown(self._older, indices)
            self._newer = grown(self._newer, indices)
            self._table = np.full(2 * len(self._keys), NO_INDEX, np.int32)
            fill_table(self._table, self._keys, np.arange(indices - 1, dtype=np.int32))


@compiled
def _visit(table: Indices, keys: Keys, newest: Indices, older: Indices, newer: Indices, first: int, second: int) -> int:
    """Return the index of an id, now the newest of all; -1 if it has none."""
    index = find_row(table, keys, first, second)
    if index >= 0 and index != newest[0]:
        unlink(newest, older, newer, 0, index)
        push(newest, older, newer, 0, index)
    return index


@compiled
def _list_oldest_first(newest: Indices, newer: Indices, indices: Indices) -> None:
    index = newest[0]
    for position in range(len(indices)):
        index = newer[index]
        indices[position] = index


@compiled
def _chain(newest: Indices, older: Indices, newer: Indices, indices: Indices) -> None:
    for index in indices:
        push(newest, older, newer, 0, index)
