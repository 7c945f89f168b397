"""A shop of one's own: its catalog file and, if there is one, its history file."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from bootstrap.errors import UnusableFile
from bootstrap.read.availability import read_availability
from bootstrap.read.columns import find_columns, require_columns
from bootstrap.read.delimited import BadRow
from bootstrap.read.ids import Ids
from bootstrap.read.own_history import read_own_history
from bootstrap.read.picture_cells import read_pictures
from bootstrap.read.rows import UnusableRow, read_rows, text_of
from bootstrap.read.shop import ProductListing, ShopData, empty_history
from online_models.schema.plain_text import one_line, several_lines

CATALOG_COLUMNS = {
    field: names.split()
    for field, names in {
        "item": "item id sku item_id product_id prodid asin handle stock_code pid uniq_id "
        "book_id movie_id article_id index",
        "title": "title name product_name product_title product item_name",
        "price": "price sale_price discounted_price selling_price unit_price retail_price market_price",
        "category": "category product_category_tree category_name department type product_type facets genre",
        "tags": "tags keywords labels",
        "brand": "brand vendor manufacturer author authors",
        "picture": "picture image image_link image_url thumbnail images imageurl photo assets",
        "description": "description details body summary about",
        "pictures": "additional_image_link additional_image_links additional_images gallery images",
        "availability": "availability availability_status stock_status in_stock available stock stock_on_hand "
        "inventory_quantity",
        "delivery": "delivery delivery_time shipping_information",
        "group": "item_group_id parent_sku parent_id primary_product_id",
        "variant": "variant variant_title option_values",
    }.items()
}
"""What can be mapped, and the names that are recognized by themselves."""

MOST_PRICE = 100_000_000
_NUMBER = re.compile(r"\d[\d,. ]*")
_WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF"})
_ADVICE = "Say which it is with --map {field}=COLUMN."
_SPLIT = re.compile(r"\s*(?:>>|>|\||/)\s*")
_FACET = re.compile(r"(?i)\bbrand:([^|,]+)")
"""A brand among the facets of an export of Vendure: ``category:Electronics|brand:Apple``."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Files of one's own, and how to read them.

    Attributes
    ----------
    columns, history_columns
        Which column of a file is which: the product's name for it, then the file's.
    history_kind
        What each row of the history is, where it has no such column.
    price
        Price of every product where the file has none, in the smallest unit.
    most_bad
        Share of bad rows beyond which a file is refused.
    """

    catalog: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    history: Path | None = None
    history_columns: Mapping[str, str] = field(default_factory=dict)
    history_kind: str | None = None
    currency: str = "GBP"
    price: int | None = None
    most_bad: float = 0.5


def read_own_shop(files: OwnFiles) -> ShopData:
    """Read a catalog of one's own and, if one is given, its history.

    Raises
    ------
    UnusableFile
        If a file cannot be read, lacks a needed column, or has more bad rows than allowed.
    """
    path, currency = files.catalog, files.currency.upper()
    ids = Ids()
    listings, bad = read_listings(path, files.columns, currency, files.price, ids)
    check_share(path, len(listings), bad, files.most_bad)
    bad_rows, float_ids = {path.name: tuple(bad)}, {path.name: dict(ids.floats)}
    history = empty_history()
    if files.history:
        items = frozenset(listing.item for listing in listings)
        scale = 1 if currency in _WHOLE_CURRENCIES else 100
        ids = Ids()
        history, bad = read_own_history(files.history, files.history_columns, items, files.history_kind, scale, ids)
        check_share(files.history, len(history), bad, files.most_bad)
        bad_rows[files.history.name], float_ids[files.history.name] = tuple(bad), dict(ids.floats)
    return ShopData(path.name, currency, _by_sales(listings, history), history, bad_rows=bad_rows, float_ids=float_ids)


def read_listings(
    path: Path, mapped: Mapping[str, str], currency: str, price: int | None = None, ids: Ids | None = None
) -> tuple[list[ProductListing], list[BadRow]]:
    """Read the usable rows of a catalog file, in its order, and what is wrong with the others."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise UnusableFile(f"A currency has three letters, such as GBP, not {currency!r}.")

    def find(names: Sequence[str]) -> dict[str, int]:
        indices = find_columns(names, path, CATALOG_COLUMNS, mapped)
        require_columns(indices, ("item", "title"), names, path, _ADVICE)
        if price is None:
            require_columns(indices, ("price",), names, path, f"{_ADVICE} Or give all products one with --price.")
        return indices

    first: dict[str, int] = {}
    scale = 1 if currency in _WHOLE_CURRENCIES else 100
    before: ProductListing | None = None
    reader = ids or Ids()

    def read(row: Mapping[str, object], number: int) -> ProductListing:
        nonlocal before
        last, before = before, None
        item, group = reader.item(row["item"]), reader.item(row.get("group"))
        listing = _listing(item, group, {name: text_of(cell) for name, cell in row.items()}, price, scale, last)
        if listing.item in first:
            raise UnusableRow(f"item {listing.item} stands in row {first[listing.item]} already")
        first[listing.item] = number
        before = listing
        return listing

    return read_rows(path, find, read)


def check_share(path: Path, good: int, bad: Sequence[BadRow], most_bad: float) -> None:
    """Refuse a file of which too little can be used. Raises `UnusableFile`."""
    if good and len(bad) <= most_bad * (good + len(bad)):
        return
    examples = "; ".join(f"row {row.number}: {row.reason}" for row in bad[:3])
    if not good:
        raise UnusableFile(f"{path} has no usable row ({examples}).")
    raise UnusableFile(
        f"{path}: {len(bad)} of {good + len(bad)} rows cannot be used, more than the {most_bad:.0%} allowed "
        f"({examples})."
    )


def _listing(
    item: str, group: str, texts: Mapping[str, str], price: int | None, scale: int, before: ProductListing | None
) -> ProductListing:
    title, variant = one_line(texts["title"]), _variant(texts)
    if not item:
        raise UnusableRow("no item id")
    own_price = texts.get("price", "")
    cost = price if price is not None and not own_price else None
    availability = read_availability(texts.get("availability", ""))
    if not title and variant and before is not None:
        # Shops' exports write a product once, and under it a row for each other variant of it.
        return replace(
            before,
            item=item,
            price=_price(own_price, scale) if cost is None else cost,
            availability=availability,
            group=before.group or before.item,
            variant=variant,
        )
    if not title:
        raise UnusableRow("no title")
    category, (picture, *pictures) = one_line(texts.get("category", "")), _pictures(texts)
    brand = one_line(texts.get("brand", "")) or one_line("".join(_FACET.findall(category)[:1]))
    return ProductListing(
        item=item,
        title=title[:300],
        price=_price(own_price, scale) if cost is None else cost,
        category=_category(category) or None,
        description=several_lines(texts.get("description", ""))[:4000],
        words=one_line(f"{texts.get('tags', '')} {brand}")[:1000],
        picture=picture,
        brand=brand[:80],
        pictures=tuple(pictures),
        availability=availability,
        delivery=one_line(texts.get("delivery", ""))[:200],
        group=group,
        variant=variant,
    )


def _variant(texts: Mapping[str, str]) -> str:
    """Return what tells a variant apart: of ``13 inch|8GB`` a list with commas."""
    parts = (one_line(part) for part in texts.get("variant", "").split("|"))
    name = ", ".join(part for part in parts if part)
    # What Shopify calls the only one of a product.
    return "" if name == "Default Title" else name[:80]


def _pictures(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return a row's pictures, the first of them empty where it has none."""
    return read_pictures(texts.get("picture", ""), texts.get("pictures", "")) or ("",)


def _price(text: str, scale: int) -> int:
    if not text:
        raise UnusableRow("no price")
    found = _NUMBER.search(text)
    if found is None or "-" in text[: found.start()]:
        raise UnusableRow(f"price {text[:40]!r} is not a price")
    digits = found.group().replace(" ", "").rstrip(",.")
    # "1.299,00" has its comma last, "1,299.00" its point; a lone comma before two digits is a decimal one.
    if digits.rfind(",") > digits.rfind(".") and re.search(r",\d{1,2}\Z", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        price = round(float(digits.replace(",", "")) * scale)
    except (ValueError, OverflowError):
        raise UnusableRow(f"price {text[:40]!r} is not a price") from None
    if not 0 < price <= MOST_PRICE:
        raise UnusableRow(f"price {text[:40]!r} is out of bounds")
    return price


def _category(text: str) -> str:
    """Take the first step of a path such as ``["Clothing >> Women >> Shoes"]``, in title case."""
    first = _SPLIT.split(text.strip(' []"'), maxsplit=1)[0].strip(' []"').removeprefix("category:")
    name = first.replace("-", " ").replace("_", " ")
    return (name[:1].upper() + name[1:])[:60]


def _by_sales(listings: list[ProductListing], history: pd.DataFrame) -> tuple[ProductListing, ...]:
    """Count what the history sold, and put best sellers first; others keep the file's order."""
    touched: Counter[str] = Counter(history["item"].tolist())
    bought = history[history["kind"] == "purchase"]
    sold = bought.groupby("item")["quantity"].sum().to_dict()
    counted = [
        replace(listing, sold=int(sold.get(listing.item, 0)), orders=touched[listing.item]) for listing in listings
    ]
    return tuple(sorted(counted, key=lambda listing: -listing.orders))
