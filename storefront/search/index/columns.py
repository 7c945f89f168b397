"""A catalog as columns, to filter, count and sort thousands of products in well under a millisecond."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader, StarCounts

DocIds = NDArray[np.int64]
"""Numbers of products: their indexes in the columns, which are those of the documents in the search index."""

Mask = NDArray[np.bool_]

PRIOR_MEAN, PRIOR_COUNT = 3.5, 5.0
"""The prior of a product's mean rating, so that a single five-star rating does not rank first."""


@dataclass(frozen=True, slots=True)
class Codes:
    """One word a product, as numbers. ``names[code]`` is the word; -1 means none."""

    names: tuple[str, ...]
    values: NDArray[np.int64]

    def among(self, chosen: frozenset[str]) -> Mask:
        """Tell which products have one of the chosen words."""
        codes = [code for code, name in enumerate(self.names) if name in chosen]
        return np.isin(self.values, codes)

    def count(self, mask: Mask) -> dict[str, int]:
        """Count the products of each word, those of the mask alone."""
        found = self.values[mask]
        counts = np.bincount(found[found >= 0], minlength=len(self.names))
        return {name: int(number) for name, number in zip(self.names, counts.tolist(), strict=True) if number}


@dataclass(frozen=True, slots=True)
class Columns:
    """All products of one version, best sellers first, then those that were added since it was published.

    Attributes
    ----------
    numbers
        The number of each item: of those that were published, that of its document in the index.
    listed
        Whether the shop has a product now. One that is gone keeps its number, and has a stand-in.
    published
        How many were published with the version.
    is_whole
        Whether every product was there when it was published, so that numbers are those of documents.
    selling
        How well each sells, from 0 to 1, on a logarithmic scale.
    """

    products: tuple[Product, ...]
    numbers: Mapping[ItemId, int]
    listed: Mask
    published: int
    is_whole: bool
    price: DocIds
    since: DocIds
    selling: NDArray[np.float64]
    category: Codes
    colour: Codes

    @property
    def size(self) -> int:
        """How many products there are."""
        return len(self.products)


@dataclass(frozen=True, slots=True)
class StarColumns:
    """Stars by product: the mean (0 without any), how many gave some, and the mean that products are sorted by."""

    mean: NDArray[np.float64]
    count: NDArray[np.int64]
    sorting: NDArray[np.float64]


class StarTable:
    """Turns the shop's stars into columns, kept until the shop has read new ones or another version."""

    def __init__(self, reader: ServingReader) -> None:
        self._reader = reader
        self._made: tuple[Columns, dict[ItemId, StarCounts], StarColumns] | None = None

    def read(self, columns: Columns) -> StarColumns:
        """Return the stars of these products."""
        stars = self._reader.read_all_stars()
        if self._made is None or self._made[0] is not columns or self._made[1] is not stars:
            self._made = (columns, stars, _build_stars(columns, stars))
        return self._made[2]


def build_columns(catalog: ShopCatalog) -> Columns:
    """Lay out a catalog as columns."""
    numbered, published = catalog.numbered, catalog.indexed
    is_whole = bool(catalog.applied) or all(item in catalog.products for item in numbered)
    if not is_whole:
        numbered = published = tuple(item for item in numbered if item in catalog.products)
    products = tuple(catalog.products.get(item) or _stand_in(item) for item in numbered)
    sold = np.log1p(_numbers([product.sold for product in products]))
    return Columns(
        products=products,
        numbers={item: number for number, item in enumerate(numbered)},
        listed=np.array([item in catalog.products for item in numbered], bool),
        published=len(published),
        is_whole=is_whole,
        price=_numbers([product.price for product in products]),
        since=_numbers([product.since for product in products]),
        selling=sold / sold.max() if products and sold.max() else np.zeros(len(products)),
        category=_codes([product.category for product in products]),
        colour=_codes([product.colour for product in products]),
    )


def _stand_in(item: ItemId) -> Product:
    """Return what stands where a product was that is gone: it is in no category, and is never shown."""
    return Product(item=item, title=item, price=0, category="")


def _numbers(values: list[int]) -> DocIds:
    return np.array(values, np.int64)


def _codes(words: list[str | None]) -> Codes:
    names: dict[str, int] = {}
    values = [names.setdefault(word, len(names)) if word else -1 for word in words]
    return Codes(tuple(names), _numbers(values))


def _build_stars(columns: Columns, stars: dict[ItemId, StarCounts]) -> StarColumns:
    total, count = np.zeros(columns.size), np.zeros(columns.size, np.int64)
    if stars:
        for doc, product in enumerate(columns.products):
            if (given := stars.get(product.item)) is not None:
                count[doc] = sum(given)
                total[doc] = sum(number * many for number, many in enumerate(given, start=1))
    mean = np.divide(total, count, out=np.zeros(columns.size), where=count > 0)
    return StarColumns(mean, count, (total + PRIOR_MEAN * PRIOR_COUNT) / (count + PRIOR_COUNT))
