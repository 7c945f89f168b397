"""A catalog as columns: what filters, counts and orders need of thousands of products in well under a millisecond."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.schema.product import Product
from storefront.serving.catalog import ShopCatalog

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


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
    """All products of one version, best sellers first.

    Attributes
    ----------
    is_whole
        Whether every best seller is there, so that places are those of the index.
    selling
        How well each sells, from 0 to 1, on a logarithmic scale.
    """

    products: tuple[Product, ...]
    is_whole: bool
    price: Places
    since: Places
    selling: NDArray[np.float64]
    category: Codes
    colour: Codes

    @property
    def size(self) -> int:
        """How many products there are."""
        return len(self.products)


def build_columns(catalog: ShopCatalog) -> Columns:
    """Lay out a catalog as columns."""
    order = catalog.best_sellers or tuple(catalog.products)
    products = tuple(catalog.present(order))
    sold = np.log1p(_numbers([product.sold for product in products]))
    return Columns(
        products=products,
        is_whole=len(products) == len(order),
        price=_numbers([product.price for product in products]),
        since=_numbers([product.since for product in products]),
        selling=sold / sold.max() if products and sold.max() else np.zeros(len(products)),
        category=_codes([product.category for product in products]),
        colour=_codes([product.colour for product in products]),
    )


def _numbers(values: list[int]) -> Places:
    return np.array(values, np.int64)


def _codes(words: list[str | None]) -> Codes:
    names: dict[str, int] = {}
    values = [names.setdefault(word, len(names)) if word else -1 for word in words]
    return Codes(tuple(names), _numbers(values))
