"""A catalog as the bootstrap builds it: products, categories and neighbors. Publishing it is another module's task."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from bootstrap.index.content_index import Neighbors
from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product

_COLUMNS = ("item", "title", "price", "category", "colour", "material", "theme", "tags", "sold")


@dataclass(frozen=True, slots=True)
class BuiltCatalog:
    """What a bootstrap makes of the listings of a shop, and publishes.

    Attributes
    ----------
    products
        Best sellers first.
    similar
        Each item's nearest by content, nearest first.
    pictures
        SVG text by picture name.
    search
        The search index's files by name.
    """

    products: tuple[Product, ...]
    categories: tuple[Category, ...]
    similar: Mapping[ItemId, Neighbors]
    pictures: Mapping[str, str]
    search: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries publishing writes."""
        return 3 * len(self.products) + len(self.similar) + len(self.pictures) + len(self.search) + 1


def catalog_table(catalog: BuiltCatalog) -> pd.DataFrame:
    """Return the products as a table, one row each, best sellers first.

    Its columns are item, title, price (pence), category (slug), colour, material and theme (or None), tags (words with
    blanks between them), and sold (units).
    """
    table = pd.DataFrame(
        [[getattr(product, name) for name in _COLUMNS] for product in catalog.products], columns=_COLUMNS
    )
    return table.assign(tags=table["tags"].str.join(" "))
