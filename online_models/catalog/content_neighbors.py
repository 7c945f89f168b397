"""The catalog's content neighbors, by id, in arrays: as Python pairs they would take ten times the memory."""

from collections.abc import Mapping, Sequence

import numpy as np

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

    def placed(self, items: ItemIdIndex) -> tuple[Indices, Values]:
        """Return the indices of neighbors and their cosines, shape (items, 50) each; -1 and 0 where none is known.

        They are not to be written: where all items are known, they are kept instead of the lists as they came.
        """
        indices = np.full((len(items), NEIGHBORS), NO_INDEX, np.int32)
        cosines = np.zeros((len(items), NEIGHBORS), np.float32)
        # One more at the end, which is what -1 looks up.
        row_of = np.array([*map(items.index, self._ids), NO_INDEX], np.int32)
        own = row_of[: len(self._near)]
        known = own >= 0
        near = row_of[self._near[known]]
        # Those that are known move up.
        order = np.argsort(near < 0, axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        indices[own[known]] = near
        cosines[own[known]] = np.where(near >= 0, np.take_along_axis(self._cosines[known], order, axis=1), 0)
        if NO_INDEX not in row_of[:-1]:
            self._near, self._cosines, self._ids = indices, cosines, [*map(items.id, range(len(items)))]
        return indices, cosines
