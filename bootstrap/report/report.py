"""The exploratory report: one HTML file that needs nothing else, about what the shop sells and what was cleaned."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import PurePath

import numpy as np
from jinja2 import Environment
from markupsafe import Markup
from numpy.typing import NDArray

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.read.cleaning import EXPLANATIONS
from bootstrap.read.shop import ShopData
from bootstrap.report.charts import area_chart, bar_list, column_chart
from bootstrap.report.face import page_styles
from bootstrap.report.sales import LARGEST_BASKET, LONGEST_GAP_DAYS, MOST_ORDERS, Sales, measure_sales, price_histogram

TOP_PRODUCTS = 16
MOST_BAD_ROWS = 100
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "INR": "₹", "JPY": "¥"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter: a heading, a sentence that says what to see, and its charts."""

    title: str
    lead: str
    charts: tuple[Markup, ...]


def build_report(shop: ShopData, catalog: BuiltCatalog) -> str:
    """Write the report."""
    sales = measure_sales(shop.history, len(catalog.products)) if len(shop.history) else None
    folder = resources.files("bootstrap") / "templates"
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "report.html").read_text("utf-8"))
    return template.render(
        shop=shop,
        styles=page_styles((folder / "report.css").read_text("utf-8")),
        figures=list(_headline(shop, catalog, sales)),
        sections=list(_sections(shop, catalog, sales)),
        top=_top_products(shop, catalog),
        cleaning=[(EXPLANATIONS[name], count) for name, count in shop.cleaning.items()],
        bad_rows={name: rows[:MOST_BAD_ROWS] for name, rows in shop.bad_rows.items() if rows},
        bad_counts={name: len(rows) for name, rows in shop.bad_rows.items()},
        period=f"{sales.first:%-d %B %Y} to {sales.last:%-d %B %Y}" if sales else "",
    )


def _headline(shop: ShopData, catalog: BuiltCatalog, sales: Sales | None) -> Iterator[tuple[str, str]]:
    yield f"{len(catalog.products):,}", "products"
    yield f"{len(catalog.categories)}", "categories"
    if sales:
        yield f"{sales.events:,}", "purchases" if (shop.history["kind"] == "purchase").all() else "events"
        yield f"{sales.visitors:,}", "customers"
        yield f"{sales.orders:,}", "orders"
        if sales.has_value:
            yield _money(sales.value, shop.currency), "sold"


def _sections(shop: ShopData, catalog: BuiltCatalog, sales: Sales | None) -> Iterator[Section]:
    if sales:
        yield _over_time(shop, sales)
        yield _long_tail(sales)
    yield _prices(shop, catalog)
    if sales:
        yield _baskets(sales)
        yield _repeat_buying(sales)
    yield _by_category(shop, catalog)
    yield _words(catalog)


def _over_time(shop: ShopData, sales: Sales) -> Section:
    weekly = sales.weekly
    best, hour = weekly.idxmax(), int(sales.hours.argmax())
    amount = _money(float(weekly.max()), shop.currency) if sales.has_value else f"{int(weekly.max()):,}"
    ticks = np.linspace(0, len(weekly) - 1, min(5, len(weekly))).astype(int)
    return Section(
        "Sales over time",
        f"The strongest week began on {best:%-d %B %Y} with {amount}. Most is bought on "
        f"{_WEEKDAYS[int(sales.weekdays.argmax())]}, between {hour} and {hour + 1} o'clock.",
        (
            area_chart(weekly.tolist(), [f"{weekly.index[tick]:%b %Y}" for tick in ticks], amount, "By week"),
            column_chart(sales.weekdays.tolist(), _WEEKDAYS, _WEEKDAYS, "By day of the week"),
            column_chart(
                sales.hours.tolist(),
                [f"{hour} h" for hour in range(24)],
                ("0 h", "6", "12", "18", "24 h"),
                "By hour of the day (UTC)",
            ),
        ),
    )


def _long_tail(sales: Sales) -> Section:
    ticks = ("0 %", "25 %", "50 %", "75 %", "100 % of products")
    caption = "Share of sales by share of products, best sellers first"
    return Section(
        "The long tail",
        f"The best-selling tenth of the products makes {sales.tail[10]:.0%} of the sales, "
        f"the lower half {1 - sales.tail[50]:.0%}.",
        (area_chart(sales.tail.tolist(), ticks, "100 %", caption),),
    )


def _prices(shop: ShopData, catalog: BuiltCatalog) -> Section:
    prices = np.array([product.price for product in catalog.products])
    counts, edges = price_histogram(prices)
    low, middle, high = (_money(float(np.quantile(prices, share)) / 100, shop.currency) for share in (0.1, 0.5, 0.9))
    bounds = [_money(float(edge) / 100, shop.currency) for edge in edges]
    names = [f"{start} to {end}" for start, end in pairwise(bounds)]
    ticks = bounds[:: len(edges) // 4]
    return Section(
        "Prices",
        f"Half of the products cost less than {middle}; the middle four fifths lie between {low} and {high}.",
        (column_chart(counts.tolist(), names, ticks, "Products by price, in steps of equal ratio"),),
    )


def _baskets(sales: Sales) -> Section:
    ticks = ("1", "15", "30", "45", f"{LARGEST_BASKET} or more")
    return Section(
        "Baskets",
        f"Half of the orders hold {sales.median_basket:.0f} or more different products.",
        (_from_one(sales.basket_sizes, "", ticks, "Orders by number of different products"),),
    )


def _repeat_buying(sales: Sales) -> Section:
    orders, days = ("1", "5", "10", "15", f"{MOST_ORDERS} or more"), ("1", "30", "60", f"{LONGEST_GAP_DAYS} days")
    return Section(
        "Coming back",
        f"{sales.returning:.0%} of the customers order again, after {sales.median_days_between:.0f} days (median). "
        f"{sales.repeats:.0%} of what is bought had been bought by the same customer before.",
        (
            _from_one(sales.orders_per_visitor, "", orders, "Customers by number of orders"),
            _from_one(sales.days_between, " days", days, "Days from one order to the next"),
        ),
    )


def _from_one(counts: NDArray[np.int64], unit: str, ticks: Sequence[str], caption: str) -> Markup:
    """Draw how often there were 1, 2, … of something."""
    return column_chart(counts.tolist(), [f"{many}{unit}" for many in range(1, len(counts) + 1)], ticks, caption)


def _by_category(shop: ShopData, catalog: BuiltCatalog) -> Section:
    orders = {listing.item: listing.orders for listing in shop.listings}
    lines: Counter[str] = Counter()
    for product in catalog.products:
        lines[product.category] += orders[product.item]
    total = sum(lines.values())
    strongest = sorted(catalog.categories, key=lambda one: -(lines[one.slug] if total else one.size))
    rows = [(category.name, lines[category.slug], f"{lines[category.slug]:,} sales") for category in strongest]
    largest = sorted(catalog.categories, key=lambda category: -category.size)
    sizes = [(category.name, category.size, f"{category.size:,}") for category in largest]
    charts = (bar_list(rows, "Sales by category"),) if total else ()
    return Section(
        "Categories",
        f"{len(catalog.categories)} categories; {strongest[0].name} is the strongest.",
        (*charts, bar_list(sizes, "Products by category")),
    )


def _words(catalog: BuiltCatalog) -> Section:
    counts = {
        name: Counter(value for product in catalog.products if (value := getattr(product, name)))
        for name in ("colour", "material", "theme")
    }
    said = {name: sum(counter.values()) / max(len(catalog.products), 1) for name, counter in counts.items()}
    charts = tuple(
        bar_list([(value, count, f"{count:,}") for value, count in counter.most_common(12)], f"Products by {name}")
        for name, counter in counts.items()
        if counter
    )
    return Section(
        "What the names say",
        "Tags are read from the names: " + ", ".join(f"{share:.0%} say a {name}" for name, share in said.items()) + ".",
        charts,
    )


def _top_products(shop: ShopData, catalog: BuiltCatalog) -> list[dict[str, object]]:
    orders = {listing.item: listing.orders for listing in shop.listings}
    return [
        {
            "title": product.title,
            "price": _money(product.price / 100, product.currency),
            "orders": f"{orders[product.item]:,} orders" if orders[product.item] else "",
            "picture": Markup(catalog.pictures.get(PurePath(product.picture).stem, "")),  # noqa: S704 - drawn by us
        }
        for product in catalog.products[:TOP_PRODUCTS]
    ]


def _money(amount: float, currency: str) -> str:
    sign = _SIGNS.get(currency, f"{currency} ")
    if abs(amount) >= 1_000_000:
        return f"{sign}{amount / 1_000_000:.1f} million"
    return f"{sign}{amount:,.0f}" if abs(amount) >= 1000 else f"{sign}{amount:,.2f}"
