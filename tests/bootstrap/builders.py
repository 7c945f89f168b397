"""Builders for the bootstrap's tests: small frames and catalogs in which only what matters is said."""

from dataclasses import replace
from typing import Any

import pandas as pd

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.catalog import build_catalog, tag_listings
from bootstrap.enrich.tags import demo_tagger
from bootstrap.read.history import HISTORY_COLUMNS
from bootstrap.read.shop import ProductListing
from online_models.schema.events import ItemId


def an_order_line(**changes: object) -> dict[str, object]:
    """One good raw line of the demo's data."""
    line: dict[str, object] = {
        "Invoice": "489434",
        "StockCode": "22423",
        "Description": "REGENCY CAKESTAND 3 TIER",
        "Quantity": 2,
        "InvoiceDate": "2009-12-01 07:45:00",
        "Price": 12.75,
        "Customer ID": 13085.0,
        "Country": "United Kingdom",
    }
    return {**line, **changes}


def order_lines(*lines: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(lines))


def a_listing(item: str = "22423", title: str = "Red Retrospot Mug", **changes: Any) -> ProductListing:
    return replace(ProductListing(item, title, price=295, sold=10, orders=5), **changes)


def a_catalog(*listings: ProductListing) -> BuiltCatalog:
    """A catalog with one picture a product, and everything similar to its predecessor."""
    listings = listings or (a_listing("1", "Red Mug"), a_listing("2", "Blue Mug"), a_listing("3", "Pink Cushion Cover"))
    tagger = demo_tagger()
    items = [ItemId(listing.item) for listing in listings]
    similar = {item: ((other, 0.5),) for item, other in zip(items, items[1:] + items[:1], strict=True)}
    return build_catalog(
        listings,
        tag_listings(listings, tagger),
        {item: f"/pictures/{item}.svg" for item in items},
        {str(item): f"<svg>{item}</svg>" for item in items},
        similar,
        tagger.category_names,
        "GBP",
    )


def a_history(count: int = 10, visitors: int = 3) -> pd.DataFrame:
    """Purchases a minute apart by visitors in turn, one order each."""
    rows = [
        (
            f"customer-{place % visitors}",
            f"item-{place % 7}",
            "purchase",
            1 + place % 3,
            295,
            f"order-{place}",
            1.26e9 + 60 * place,
        )
        for place in range(count)
    ]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
