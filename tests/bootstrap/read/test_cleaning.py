"""Each flaw of the demo's data is taken out, counted once, and takes nothing good with it."""

import pandas as pd
import pytest

from bootstrap.read.cleaning import EXPLANATIONS, CleanShop, clean_orders, is_proper_name
from tests.bootstrap.builders import an_order_line, order_lines


def clean(*flawed: dict[str, object]) -> CleanShop:
    good = an_order_line(
        Invoice="500000", StockCode="85123A", Description="WHITE HANGING HEART T-LIGHT HOLDER", Price=2.95
    )
    return clean_orders(order_lines(good, *flawed))


def counts(shop: CleanShop) -> dict[str, int]:
    outcome = {"raw_rows", "raw_codes", "purchase_rows", "products", "visitors", "orders"}
    return {name: count for name, count in shop.counts.items() if count and name not in outcome}


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ({"Invoice": "C489434", "Quantity": -2}, "cancelled_rows"),
        ({"Invoice": "A506401"}, "bookkeeping_rows"),
        ({"StockCode": "POST", "Description": "POSTAGE"}, "non_product_rows"),
        ({"StockCode": "gift_0001_20", "Description": "Dotcomgiftshop Gift Voucher"}, "non_product_rows"),
        ({"StockCode": "TEST001", "Description": "This is a test product."}, "non_product_rows"),
        ({"Quantity": -3}, "stock_movement_rows"),
        ({"Quantity": 0}, "stock_movement_rows"),
        ({"Price": 0.0}, "free_rows"),
        ({"Price": -5.0}, "free_rows"),
        ({"Description": None}, "unnamed_rows"),
        ({"Description": "   "}, "unnamed_rows"),
        ({"Description": "damaged"}, "junk_name_rows"),
        ({"Description": "?"}, "junk_name_rows"),
        ({"Description": "check"}, "junk_name_rows"),
        ({"Description": "sold as 17003?"}, "junk_name_rows"),
    ],
)
def test_a_flawed_row_is_left_out_and_counted_under_its_reason(flaw: dict[str, object], reason: str) -> None:
    shop = clean(an_order_line(**flaw))

    assert counts(shop) == {reason: 1}
    assert shop.products["item"].tolist() == ["85123A"]
    assert len(shop.purchases) == 1


def test_an_identical_row_counts_once() -> None:
    shop = clean(an_order_line(), an_order_line())

    assert counts(shop) == {"repeated_rows": 1}
    assert len(shop.purchases) == 2


def test_codes_that_differ_by_case_alone_are_one_product() -> None:
    shop = clean(
        an_order_line(StockCode="15056bl", Description="EDWARDIAN PARASOL BLACK"),
        an_order_line(StockCode="15056BL", Description="EDWARDIAN PARASOL BLACK", Invoice="489999"),
    )

    assert counts(shop) == {"codes_merged_by_case": 1}
    assert sorted(shop.products["item"]) == ["15056BL", "85123A"]


def test_the_most_frequent_description_wins() -> None:
    shop = clean(
        an_order_line(Description="RED SPOTTY MUG", Invoice="1"),
        an_order_line(Description="RED SPOTTY MUG", Invoice="2"),
        an_order_line(Description="RED RETROSPOT MUG", Invoice="3"),
    )

    assert shop.products.set_index("item")["title"]["22423"] == "Red Spotty Mug"
    assert counts(shop) == {"codes_with_several_names": 1, "names_replaced": 1}


def test_a_sale_that_came_back_whole_is_no_sale_but_a_part_is() -> None:
    shop = clean(
        an_order_line(Invoice="1", Quantity=5),
        an_order_line(Invoice="2", Quantity=5, InvoiceDate="2009-12-02 10:00:00"),
        an_order_line(Invoice="C3", Quantity=-5, InvoiceDate="2009-12-03 10:00:00"),
        an_order_line(Invoice="C4", Quantity=-1, InvoiceDate="2009-12-03 11:00:00"),
    )

    assert shop.counts["taken_back_rows"] == 1
    assert "2" not in shop.purchases["order"].tolist()
    assert "1" in shop.purchases["order"].tolist()


def test_a_return_before_the_sale_takes_nothing_back() -> None:
    shop = clean(
        an_order_line(Invoice="C1", Quantity=-5, InvoiceDate="2009-12-01 08:00:00"),
        an_order_line(Invoice="2", Quantity=5, InvoiceDate="2009-12-02 10:00:00"),
    )

    assert shop.counts["taken_back_rows"] == 0


def test_a_sale_without_a_customer_makes_a_product_but_no_history() -> None:
    shop = clean(an_order_line(**{"Customer ID": None}))

    assert counts(shop) == {"anonymous_rows": 1}
    assert "22423" in shop.products["item"].tolist()
    assert "22423" not in shop.purchases["item"].tolist()


def test_the_price_is_the_median_of_recent_sales_in_pence() -> None:
    old = [an_order_line(Invoice=str(n), Price=99.0, InvoiceDate="2009-12-01 08:00:00") for n in range(60)]
    new = [an_order_line(Invoice=str(n), Price=2.55, InvoiceDate="2010-06-01 08:00:00") for n in range(100, 160)]
    outlier = an_order_line(Invoice="900", Price=0.01, InvoiceDate="2010-06-02 08:00:00")

    shop = clean(*old, *new, outlier)

    assert shop.products.set_index("item")["price"]["22423"] == 255


def test_times_are_british_local_time() -> None:
    winter = clean(an_order_line(InvoiceDate="2010-01-15 12:00:00")).purchases["at"].max()
    summer = clean(an_order_line(InvoiceDate="2010-07-15 12:00:00")).purchases["at"].max()

    assert pd.Timestamp(winter, unit="s") == pd.Timestamp("2010-01-15 12:00")
    assert pd.Timestamp(summer, unit="s") == pd.Timestamp("2010-07-15 11:00")


def test_products_come_best_sellers_first_and_history_in_time_order() -> None:
    shop = clean(
        an_order_line(Invoice="3", InvoiceDate="2010-03-01 09:00:00"),
        an_order_line(Invoice="2", InvoiceDate="2010-02-01 09:00:00"),
    )

    assert shop.products["item"].tolist() == ["22423", "85123A"]
    assert shop.purchases["at"].is_monotonic_increasing
    assert set(shop.purchases["visitor"]) == {"customer-13085"}


@pytest.mark.parametrize(
    "name", ["GIN + TONIC DIET METAL SIGN", "Dr. Jam's Arouzer Stress Ball", "POLYESTER FILLER PAD 45x45cm"]
)
def test_a_products_name_is_proper(name: str) -> None:
    assert is_proper_name(name)


@pytest.mark.parametrize(
    "note", ["", "?", "21494", "MIA", "Damaged", "wet & rotting", "given away", "12'S SOLD AS 1?", "MISSING"]
)
def test_a_clerks_note_is_not(note: str) -> None:
    assert not is_proper_name(note)


def test_every_count_is_explained() -> None:
    assert list(clean().counts) == list(EXPLANATIONS)
