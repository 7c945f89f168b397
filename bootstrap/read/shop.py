"""A shop's raw material in one form, wherever it came from: the demo's order lines, or files of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable

import pandas as pd

from bootstrap.read.cleaning import clean_orders
from bootstrap.read.delimited import BadRow
from bootstrap.read.history import HISTORY_COLUMNS
from online_models.schema.product import Availability

DEMO_ORDERS = resources.files("bootstrap") / "data" / "online_retail_2009_2010.parquet"


@dataclass(frozen=True, slots=True)
class ProductListing:
    """One product as the shop lists it, before tags and pictures.

    Attributes
    ----------
    category
        The category's name; None where the words of the title decide.
    words
        What else describes it, but for the description: tags, the brand.
    group, variant
        What it shares with its variants, and what tells it apart from them; empty where it has none.
    """

    item: str
    title: str
    price: int
    sold: int = 0
    orders: int = 0
    category: str | None = None
    description: str = ""
    words: str = ""
    picture: str = ""
    brand: str = ""
    pictures: tuple[str, ...] = ()
    availability: Availability | None = None
    delivery: str = ""
    group: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class ShopData:
    """What a bootstrap starts from.

    Attributes
    ----------
    listings
        Best sellers first.
    history
        What visitors did, in time order; see `HISTORY_COLUMNS`.
    cleaning
        What the cleaning took out of the demo's data, by the names of `EXPLANATIONS`.
    bad_rows
        Rows of one's own files that cannot be used, by file name, numbered without the heading.
    float_ids
        By file name and field, how many ids came as whole numbers with a decimal point (`Ids`).
    """

    name: str
    currency: str
    listings: tuple[ProductListing, ...]
    history: pd.DataFrame
    cleaning: Mapping[str, int] = field(default_factory=dict)
    bad_rows: Mapping[str, tuple[BadRow, ...]] = field(default_factory=dict)
    float_ids: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def read_demo_shop(source: Traversable = DEMO_ORDERS) -> ShopData:
    """Read and clean the demo's gift shop."""
    return clean_demo_shop(read_demo_orders(source))


def read_demo_orders(source: Traversable = DEMO_ORDERS) -> pd.DataFrame:
    """Read the order lines of the demo's gift shop as they came.

    Its columns are Invoice, StockCode, Description, Quantity, InvoiceDate (UK local time), Price (GBP), Customer ID and
    Country.
    """
    with source.open("rb") as file:
        return pd.read_parquet(file)


def clean_demo_shop(orders: pd.DataFrame) -> ShopData:
    """Clean what `read_demo_orders` returned; `ShopData.cleaning` counts what was left out, and why."""
    shop = clean_orders(orders)
    columns = ("item", "title", "price", "sold", "orders")
    rows = zip(*(shop.products[name].tolist() for name in columns), strict=True)
    listings = tuple(ProductListing(*row) for row in rows)
    history = shop.purchases.assign(kind="purchase")[list(HISTORY_COLUMNS)]
    return ShopData("Online Retail II", "GBP", listings, history, cleaning=shop.counts)


def empty_history() -> pd.DataFrame:
    """Return a history without rows."""
    return pd.DataFrame({name: [] for name in HISTORY_COLUMNS}).astype(
        {"visitor": str, "item": str, "kind": str, "quantity": "int64", "price": "int64", "order": str, "at": "float64"}
    )


def first_seen(history: pd.DataFrame) -> dict[str, int]:
    """Tell since when each item is in the shop: the first day of the history on which something happened to it."""
    first = history.groupby("item")["at"].min()
    return {str(item): int(at // 86_400) for item, at in first.items()}
