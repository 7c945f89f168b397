"""Mean stars of every product, as columns, kept until the shop has read new ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.schema.events import ItemId
from storefront.search.index.columns import Columns
from storefront.serving.serving_reader import ServingReader, StarCounts

PRIOR_MEAN, PRIOR_COUNT = 3.5, 5.0
"""What is believed of a product before its first rating, so that one visitor's five stars do not lead the shop."""


@dataclass(frozen=True, slots=True)
class StarColumns:
    """Stars by place: the mean (0 without any), how many gave some, and the mean that products are sorted by."""

    mean: NDArray[np.float64]
    count: NDArray[np.int64]
    sorting: NDArray[np.float64]


class StarTable:
    """Turns the shop's stars into columns, once for each reading and version."""

    def __init__(self, reader: ServingReader) -> None:
        self._reader = reader
        self._made: tuple[Columns, dict[ItemId, StarCounts], StarColumns] | None = None

    def read(self, columns: Columns) -> StarColumns:
        """Return the stars of these products."""
        stars = self._reader.read_all_stars()
        if self._made is None or self._made[0] is not columns or self._made[1] is not stars:
            self._made = (columns, stars, _build(columns, stars))
        return self._made[2]


def _build(columns: Columns, stars: dict[ItemId, StarCounts]) -> StarColumns:
    total, count = np.zeros(columns.size), np.zeros(columns.size, np.int64)
    if stars:
        for place, product in enumerate(columns.products):
            if (given := stars.get(product.item)) is not None:
                count[place] = sum(given)
                total[place] = sum(number * many for number, many in enumerate(given, start=1))
    mean = np.divide(total, count, out=np.zeros(columns.size), where=count > 0)
    return StarColumns(mean, count, (total + PRIOR_MEAN * PRIOR_COUNT) / (count + PRIOR_COUNT))
