"""The report stands alone and says the figures."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bootstrap.read.delimited import BadRow
from bootstrap.read.shop import ShopData, empty_history
from bootstrap.report.report import build_report
from bootstrap.report.sales import measure_sales
from tests.bootstrap.builders import a_catalog, a_history, a_listing


def a_shop(**changes: Any) -> ShopData:
    listings = tuple(a_listing(f"item-{place}", f"Red Mug {place}", orders=9 - place) for place in range(7))
    return replace(ShopData("A small shop", "GBP", listings, a_history(200, visitors=9)), **changes)


def test_it_fetches_nothing() -> None:
    shop = a_shop()

    page = build_report(shop, a_catalog(*shop.listings))

    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "prefers-color-scheme: dark" in page


def test_it_speaks_of_the_shop() -> None:
    shop = a_shop()

    page = build_report(shop, a_catalog(*shop.listings))

    for word in (
        "A small shop",
        "Red Mug 0",
        "Sales over time",
        "The long tail",
        "Baskets",
        "Coming back",
        "Categories",
    ):
        assert word in page


def test_a_shop_without_history_has_a_shorter_report() -> None:
    shop = a_shop(history=empty_history())

    page = build_report(shop, a_catalog(*shop.listings))

    assert "Prices" in page
    assert "Sales over time" not in page


def test_what_a_file_says_is_escaped() -> None:
    shop = a_shop(bad_rows={"x.csv": (BadRow(3, "<script>alert(1)</script>"),)})

    page = build_report(shop, a_catalog(a_listing("item-0", '<img src=x onerror="alert(1)">'), *shop.listings[1:]))

    assert "<script>" not in page
    assert "<img src=x" not in page


def test_sales_are_measured() -> None:
    sales = measure_sales(a_history(90, visitors=9), products=7)

    assert (sales.events, sales.visitors, sales.orders) == (90, 9, 90)
    assert sales.value == pytest.approx(90 * 2 * 2.95)
    assert sales.basket_sizes[0] == 90
    assert sales.tail[0] == 0
    assert sales.tail[-1] == 1
    assert sales.returning == 1.0
