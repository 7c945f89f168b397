"""Cleaning the demo shop's order lines: what is left out, why, and how many rows each reason took."""

import re
from dataclasses import dataclass

import pandas as pd

from bootstrap.read.titles import display_title

SHOP_TIME_ZONE = "Europe/London"
RECENT_SALES = 50
"""A product's price is the median of this many of its last sales."""

_PRODUCT_CODE = re.compile(r"\d{5}[A-Z]{0,3}\Z")
_NOTE_WORDS = (
    r"damage|damge|missing|lost|found|broken|smashed|crushed|wrong|sold as|invc|invoic|adjust|dotcom|ebay|amazon|"
    r"\btest\b|rust|mould|dirty|mix ?up|thrown|check|counted|credit|\btemp\b|given away|mailout|discolou?red|"
    r"sample|\bmia\b|\bno stock\b|error|unsaleable|update|\bshort\b"
)
_NOTE = re.compile(_NOTE_WORDS, re.IGNORECASE)


EXPLANATIONS = {
    "raw_rows": "Rows in the raw file",
    "raw_codes": "Stock codes in the raw file",
    "repeated_rows": "Repeats of an identical row",
    "cancelled_rows": "Cancellations and returns (the invoice number starts with C)",
    "bookkeeping_rows": "Bookkeeping entries (any other invoice that is not a plain number)",
    "non_product_rows": "Postage, fees, vouchers, tests: no product's stock code",
    "unnamed_rows": "No description",
    "junk_name_rows": "A warehouse note instead of a description (damages, ?, check)",
    "stock_movement_rows": "Stock movements: a quantity of zero or less without a cancellation",
    "free_rows": "No price",
    "taken_back_rows": "Sales that a return took back whole (same customer, product and quantity)",
    "anonymous_rows": "Sales without a customer: they count for names, prices and best sellers, not as history",
    "codes_merged_by_case": "Stock codes that differed from another by case alone",
    "codes_with_several_names": "Products with several descriptions; the most frequent was kept",
    "names_replaced": "Rows whose description was replaced by their product's",
    "purchase_rows": "Purchases left",
    "products": "Products left",
    "visitors": "Customers left",
    "orders": "Orders left",
}
"""What each step of the cleaning took out or put right, in order. A raw row is counted under its first reason only."""


@dataclass(frozen=True, slots=True)
class CleanShop:
    """The cleaned shop.

    Attributes
    ----------
    products
        One row a product, best sellers first: item, title, price (pence), sold (units), orders.
    purchases
        One row an order line, in time order: visitor, item, order, quantity, price (pence), at (Unix seconds).
    counts
        How many rows, codes and names each step took out or put right, by the names of `EXPLANATIONS`.
    """

    products: pd.DataFrame
    purchases: pd.DataFrame
    counts: dict[str, int]


def is_proper_name(name: str) -> bool:
    """Tell a product's name from a note that a warehouse clerk left in its place.

    Names are shouted ("RED RETROSPOT MUG") or in title case; notes are short and in lower case.

    Examples
    --------
    >>> [is_proper_name(name) for name in ("RED RETROSPOT MUG", "Dad's Cab Electronic Meter", "damages?", "?", "21494")]
    [True, True, False, False, False]
    """
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) < 3:
        return False
    shouted = sum(letter.isupper() for letter in letters) >= 0.6 * len(letters)
    if shouted:
        return not name.endswith("?") and (len(name.split()) > 1 or not _NOTE.search(name))
    words = [word for word in name.split() if word[0].isalpha()]
    titled = len(words) > 1 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
    return titled and not _NOTE.search(name)


def clean_orders(raw: pd.DataFrame) -> CleanShop:
    """Clean order lines in the form of UCI's Online Retail II.

    Expects the columns Invoice, StockCode, Description, Quantity, InvoiceDate (UK local time), Price (GBP) and
    Customer ID.
    """
    lines = _normalised(raw)
    counts: dict[str, int] = {"raw_rows": len(raw), "raw_codes": int(raw["StockCode"].nunique())}
    counts["codes_merged_by_case"] = _codes_merged_by_case(raw)
    returns = lines[lines["invoice"].str.startswith("C") & (lines["quantity"] < 0)]

    for reason, bad in (
        ("repeated_rows", lambda rows: rows.duplicated()),
        ("cancelled_rows", lambda rows: rows["invoice"].str.startswith("C")),
        ("bookkeeping_rows", lambda rows: ~rows["invoice"].str.isdecimal()),
        ("non_product_rows", lambda rows: ~rows["item"].str.match(_PRODUCT_CODE)),
        ("unnamed_rows", lambda rows: rows["name"] == ""),
        ("junk_name_rows", _junk_names),
        ("stock_movement_rows", lambda rows: rows["quantity"] <= 0),
        ("free_rows", lambda rows: rows["price"] <= 0),
        ("taken_back_rows", lambda rows: _taken_back(rows, returns)),
    ):
        mask = bad(lines)
        counts[reason] = int(mask.sum())
        lines = lines[~mask]

    names, several, replaced = _best_names(lines)
    counts["codes_with_several_names"], counts["names_replaced"] = several, replaced
    products = _products(lines, names)
    known = lines[lines["visitor"] != ""]
    counts["anonymous_rows"] = len(lines) - len(known)
    purchases = known[["visitor", "item", "invoice", "quantity", "price", "at"]].rename(columns={"invoice": "order"})
    purchases = purchases.reset_index(drop=True)
    counts["purchase_rows"], counts["products"] = len(purchases), len(products)
    counts["visitors"], counts["orders"] = (int(purchases[name].nunique()) for name in ("visitor", "order"))
    return CleanShop(products, purchases, {name: counts[name] for name in EXPLANATIONS})


def _normalised(raw: pd.DataFrame) -> pd.DataFrame:
    """Give the columns the product's names and types; times become Unix seconds, in time order."""
    local = pd.to_datetime(raw["InvoiceDate"])
    # Where the clocks go back an hour happens twice: take the second, when shops are open again sooner.
    zoned = local.dt.tz_localize(SHOP_TIME_ZONE, ambiguous=False, nonexistent="shift_forward")
    customer = raw["Customer ID"]
    visitor = "customer-" + customer.fillna(0).astype("int64").astype(str)
    lines = pd.DataFrame(
        {
            "invoice": raw["Invoice"].astype(str).str.strip(),
            "item": raw["StockCode"].astype(str).str.strip().str.upper(),
            "name": raw["Description"].fillna("").astype(str).str.strip(),
            "quantity": raw["Quantity"].astype("int64"),
            "price": (raw["Price"] * 100).round().astype("int64"),
            "visitor": visitor.where(customer.notna(), ""),
            "at": zoned.dt.tz_convert("UTC").dt.as_unit("s").astype("int64"),
        }
    )
    return lines.sort_values("at", kind="stable").reset_index(drop=True)


def _codes_merged_by_case(raw: pd.DataFrame) -> int:
    codes = pd.Series(raw["StockCode"].astype(str).str.strip().unique())
    codes = codes[codes.str.upper().str.match(_PRODUCT_CODE)]
    return len(codes) - codes.str.upper().nunique()


def _junk_names(lines: pd.DataFrame) -> pd.Series:
    proper = {name: is_proper_name(name) for name in lines["name"].unique()}
    return ~lines["name"].map(proper).astype(bool)


def _taken_back(lines: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    """Mark the last sale before each return that it takes back whole; each sale is taken back once."""
    keys = ["visitor", "item", "quantity"]
    sales = lines.loc[lines["visitor"] != "", [*keys, "at"]].reset_index(names="row")
    back = returns.loc[returns["visitor"] != "", [*keys, "at"]].assign(quantity=lambda rows: -rows["quantity"])
    matched = pd.merge_asof(back, sales, on="at", by=keys, direction="backward")["row"].dropna()
    return pd.Series(lines.index.isin(matched.astype("int64")), index=lines.index)


def _best_names(lines: pd.DataFrame) -> tuple[pd.Series, int, int]:
    """Choose each item's most frequent name, the newest among equals."""
    uses = lines.groupby(["item", "name"], sort=False)["at"].agg(["size", "max"]).reset_index()
    uses = uses.sort_values(["item", "size", "max", "name"], ascending=[True, False, False, True])
    best = uses.drop_duplicates("item").set_index("item")
    several = int((uses.groupby("item").size() > 1).sum())
    return best["name"], several, len(lines) - int(best["size"].sum())


def _products(lines: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    by_item = lines.groupby("item", sort=True)
    # Sales to nobody in particular carry the web shop's other prices: take them only where there are no others.
    priced = lines[lines["visitor"] != ""]
    recent = pd.concat([priced, lines[~lines["item"].isin(priced["item"].unique())]]).groupby("item").tail(RECENT_SALES)
    price = recent.groupby("item")["price"].quantile(0.5, interpolation="lower").astype("int64")
    products = pd.DataFrame({"sold": by_item["quantity"].sum(), "orders": by_item["invoice"].nunique(), "price": price})
    products["title"] = names.map(display_title)
    products = products.reset_index().sort_values(["orders", "item"], ascending=[False, True])
    return products[["item", "title", "price", "sold", "orders"]].reset_index(drop=True)
