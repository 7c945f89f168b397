"""The catalog's content neighbors, by id, in arrays: as Python pairs they would take ten times the memory."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from online_models.arrays.growth import grown
from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.schema.events import ItemId

NEIGHBORS = 50
"""Neighbors kept per item."""


class ContentNeighbors:
    """For each item up to fifty others with their cosines, best first.

    Examples
    --------
    >>> like = ContentNeighbors({ItemId("mug"): [(ItemId("unheard of"), 0.9), (ItemId("cup"), 0.4)]})
    >>> items = ItemIdIndex(limit=10)
    >>> items.add(ItemId("cup")), items.add(ItemId("mug"))
    (0, 1)
    >>> indices, cosines = like.placed(items)
    >>> indices[1, :2], cosines[1, :2].round(1)
    (array([ 0, -1], dtype=int32), array([0.4, 0. ], dtype=float32))
    """

    def __init__(self, neighbors: Mapping[ItemId, Sequence[tuple[ItemId, float]]]) -> None:
        numbers: dict[ItemId, int] = {item: number for number, item in enumerate(neighbors)}
        near = np.full((len(neighbors), NEIGHBORS), NO_INDEX, np.int32)
        self._cosines: Values = np.zeros((len(neighbors), NEIGHBORS), np.float32)
        for number, pairs in enumerate(neighbors.values()):
            if pairs:
                others, cosines = zip(*pairs[:NEIGHBORS], strict=True)
                near[number, : len(others)] = [numbers.setdefault(other, len(numbers)) for other in others]
                self._cosines[number, : len(others)] = cosines
        self._near: Indices = near
        self._ids = list(numbers)
        self._numbers: dict[ItemId, int] | None = None

    def placed(self, items: ItemIdIndex) -> tuple[Indices, Values]:
        """Return the indices of neighbors and their cosines, shape (items, 50) each; -1 and 0 where none is known.

        They are not to be written: where all items are known, they are kept instead of the lists as they came.
        """
        indices = np.full((len(items), NEIGHBORS), NO_INDEX, np.int32)
        cosines = np.zeros((len(items), NEIGHBORS), np.float32)
        # One more at the end, which is what -1 looks up.
        row_of = np.array([*map(items.index, self._ids), NO_INDEX], np.int32)
        own = row_of[: len(self._near)]
        known = np.flatnonzero(own[: len(self._ids)] >= 0)
        indices[own[known]], cosines[own[known]] = _moved_up(row_of[self._near[known]], self._cosines[known])
        if NO_INDEX not in row_of[:-1]:
            self._near, self._cosines, self._ids = indices, cosines, [*map(items.id, range(len(items)))]
            self._numbers = None
        return indices, cosines

    def change(self, neighbors: Mapping[ItemId, Sequence[tuple[ItemId, float]]]) -> None:
        """Replace the lists of some items, or add them. What `placed` has returned stays as it is."""
        numbers = self._numbers
        if numbers is None:
            numbers = self._numbers = {item: number for number, item in enumerate(self._ids)}
            self._near, self._cosines = self._near.copy(), self._cosines.copy()
        for item, pairs in neighbors.items():
            number, *others = (self._add(one, numbers) for one in (item, *(other for other, _ in pairs[:NEIGHBORS])))
            self._near = grown(self._near, number + 1, fill=NO_INDEX)
            self._cosines = grown(self._cosines, number + 1)
            self._near[number], self._cosines[number] = NO_INDEX, 0
            self._near[number, : len(others)] = others
            self._cosines[number, : len(others)] = [cosine for _, cosine in pairs[:NEIGHBORS]]

    def placed_of(self, changed: Iterable[ItemId], items: ItemIdIndex) -> tuple[Indices, Indices, Values]:
        """Return the indices of items that were changed, shape (n,), and what `placed` has for them, shape (n, 50)."""
        numbers = self._numbers or {}
        known = [item for item in changed if item in numbers and items.index(item) >= 0]
        rows = np.array([numbers[item] for item in known], np.intp)
        named, where = np.unique(self._near[rows], return_inverse=True)
        indices = np.array([items.index(self._ids[one]) if one >= 0 else NO_INDEX for one in named.tolist()], np.int32)
        near = indices[where.reshape(len(rows), NEIGHBORS)]
        return items.indices(known), *_moved_up(near, self._cosines[rows])

    def _add(self, item: ItemId, numbers: dict[ItemId, int]) -> int:
        number = numbers.setdefault(item, len(self._ids))
        if number == len(self._ids):
            self._ids.append(item)
        return number


def _moved_up(near: Indices, cosines: Values) -> tuple[Indices, Values]:
    """Return lists without what is not known: what comes after it moves up."""
    order = np.argsort(near < 0, axis=1, kind="stable")
    near = np.take_along_axis(near, order, axis=1)
    return near, np.where(near >= 0, np.take_along_axis(cosines, order, axis=1), 0)
