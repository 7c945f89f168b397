"""The catalogue as the models see it: which rows are for sale, their titles, prices and kinds."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from online_models.events import ItemId
from online_models.preferences import Preferences
from online_models.product import Product
from online_models.recommender import Rows, Scores
from online_models.vocabulary import ItemVocabulary


class Shelf:
    """The products of the shop, by item and by row. An empty one knows no titles and lets everything pass."""

    def __init__(self) -> None:
        self._products: dict[ItemId, Product] = {}
        self._by_row: dict[int, Product] = {}
        self._for_sale: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.best_sellers: Rows = np.zeros(0, np.int32)
        """Rows for sale by units sold before, then by item."""

    @property
    def products(self) -> Mapping[ItemId, Product]:
        """What is for sale."""
        return self._products

    def fill(self, products: Iterable[Product], items: ItemVocabulary) -> None:
        """Replace what is for sale. Products without a row are given one, in order of item."""
        self._products = {product.item: product for product in sorted(products, key=lambda product: product.item)}
        rows = {items.add(item): product for item, product in self._products.items()}
        rows.pop(-1, None)
        self._by_row = rows
        self._for_sale = np.zeros(len(items), np.bool_)
        self._for_sale[list(rows)] = True
        ordered = sorted(rows, key=lambda row: (-rows[row].sold, rows[row].item))
        self.best_sellers = np.array(ordered, np.int32)

    def title(self, item: ItemId) -> str | None:
        """Return the item's title, if it is for sale."""
        product = self._products.get(item)
        return product.title if product else None

    def sold(self, row: int) -> int:
        """Return how many units of a row were sold before."""
        product = self._by_row.get(row)
        return product.sold if product else 0

    def for_sale(self, rows: Rows) -> NDArray[np.bool_]:
        """Tell of each row whether it may be recommended."""
        if not self._products:
            return np.ones(len(rows), np.bool_)
        known = rows < len(self._for_sale)
        answer: NDArray[np.bool_] = known & self._for_sale[np.where(known, rows, 0)]
        return answer

    def liking(self, rows: Rows, declared: Preferences) -> NDArray[np.float64]:
        """Return by what each row's score is multiplied for a visitor's declared preferences."""
        return np.array([_liking(self._by_row.get(row), declared) for row in rows.tolist()])

    def wished(self, declared: Preferences, limit: int) -> Scores:
        """Return the best sellers among what the visitor declared to like, as a member would."""
        found: list[int] = []
        for row in self.best_sellers.tolist():
            product = self._by_row[row]
            named = product.category in declared.categories or product.colour in declared.colours
            if named and declared.allow(product.price):
                found.append(row)
                if len(found) == limit:
                    break
        values = np.arange(len(found), 0, -1).astype(np.float32)
        return Scores(np.array(found, np.int32), values, np.full(len(found), -1, np.int32))


def _liking(product: Product | None, declared: Preferences) -> float:
    if product is None:
        return 1.0
    liking = 1.0 if declared.allow(product.price) else 0.3
    if product.category in declared.categories:
        liking *= 1.5
    if product.colour in declared.colours:
        liking *= 1.2
    return liking
