"""Which items keep to a filter."""

from typing import Any

import pytest

from online_models.catalog.item_filters import ItemFilters
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.schema.requested_list import EVERYTHING, ListFilter

WARES: dict[int, dict[str, Any]] = {
    0: {"price": 100, "category": "mugs", "tags": ("red", "dots")},
    1: {"price": 200, "category": "mugs", "tags": ("red",), "availability": "preorder"},
    2: {"price": 300, "category": "bags", "tags": ("dots",), "availability": "in_stock"},
    4: {"price": 0, "category": "toys"},
}
SHOP = ItemFilters(
    {index: Product(item=ItemId(f"i{index}"), title="Thing", **fields) for index, fields in WARES.items()}, items=6
)


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (EVERYTHING, [0, 1, 2, 4]),
        (ListFilter(categories=("mugs",)), [0, 1]),
        (ListFilter(categories=("mugs", "toys")), [0, 1, 4]),
        (ListFilter(categories=("unheard-of",)), []),
        (ListFilter(tags=("red",)), [0, 1]),
        (ListFilter(tags=("red", "dots")), [0]),
        (ListFilter(min_price=200), [1, 2]),
        (ListFilter(max_price=200), [0, 1, 4]),
        (ListFilter(min_price=200, max_price=200), [1]),
        (ListFilter(in_stock=True), [0, 2, 4]),
        (ListFilter(categories=("mugs",), tags=("red",), max_price=150, in_stock=True), [0]),
    ],
)
def test_an_item_keeps_to_all_that_is_said(wanted: ListFilter, fitting: list[int]) -> None:
    for _ in range(2):
        assert SHOP.fitting(wanted).nonzero()[0].tolist() == fitting


def test_what_is_returned_may_be_changed() -> None:
    SHOP.fitting(EVERYTHING)[:] = False
    assert SHOP.fitting(EVERYTHING).any()


def test_many_different_tags_are_answered_for() -> None:
    for number in range(600):
        assert not SHOP.fitting(ListFilter(tags=(f"tag{number}",))).any()
    assert SHOP.fitting(ListFilter(tags=("red",))).nonzero()[0].tolist() == [0, 1]


def test_a_shop_without_products_has_none_that_fit() -> None:
    assert len(ItemFilters({}, 0).fitting(ListFilter(in_stock=True))) == 0
