"""Figures of a history that can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from bootstrap.read.history import HISTORY_COLUMNS
from bootstrap.report.sales import LARGEST_BASKET, measure_sales, price_histogram

MONDAY = 1_699_833_600.0
DAY = 86_400.0


def history(*rows: tuple[str, str, int, int, str, float]) -> pd.DataFrame:
    table = [
        (visitor, item, "purchase", quantity, price, order, at) for visitor, item, quantity, price, order, at in rows
    ]
    return pd.DataFrame(table, columns=list(HISTORY_COLUMNS))


def test_orders_visitors_and_value_are_counted() -> None:
    sales = measure_sales(
        history(
            ("u", "a", 2, 100, "o1", MONDAY),
            ("u", "b", 1, 50, "o1", MONDAY),
            ("v", "a", 1, -1, "o2", MONDAY + 8 * DAY),
        ),
        products=2,
    )
    assert (sales.events, sales.visitors, sales.orders) == (3, 2, 2)
    assert sales.value == pytest.approx(2.5)
    assert sales.weekly.tolist() == [2.5, 0.0]
    assert sales.weekdays.tolist() == [2, 1, 0, 0, 0, 0, 0]
    assert sales.hours[0] == 3


def test_without_prices_events_are_counted() -> None:
    sales = measure_sales(history(("u", "a", 5, -1, "", MONDAY), ("u", "b", 1, -1, "", MONDAY + 1)), products=2)
    assert not sales.has_value
    assert sales.weekly.tolist() == [2.0]


def test_an_order_without_a_number_is_a_visitors_day() -> None:
    sales = measure_sales(
        history(
            ("u", "a", 1, 1, "", MONDAY), ("u", "b", 1, 1, "", MONDAY + 60), ("u", "a", 1, 1, "", MONDAY + 3 * DAY)
        ),
        products=2,
    )
    assert sales.orders == 2
    assert sales.basket_sizes.tolist()[:2] == [1, 1]
    assert sales.returning == 1
    assert sales.median_days_between == pytest.approx(3)
    assert sales.repeats == pytest.approx(1 / 3)


def test_large_baskets_are_counted_together() -> None:
    rows = [("u", f"i{n}", 1, 1, "o", MONDAY) for n in range(LARGEST_BASKET + 40)]
    assert measure_sales(history(*rows), products=200).basket_sizes[-1] == 1


def test_the_long_tail_runs_from_nothing_to_all() -> None:
    rows = [("u", "best", 1, 1, f"o{n}", MONDAY + n) for n in range(9)] + [("u", "other", 1, 1, "x", MONDAY)]
    tail = measure_sales(history(*rows), products=10).tail
    assert (tail[0], tail[-1]) == (0, 1)
    assert tail[10] == pytest.approx(0.9)
    assert (np.diff(tail) >= 0).all()


def test_prices_are_counted_once_each_and_extremes_at_the_edges() -> None:
    prices = np.array([0, 1, 100, 100, 200, 10_000_000])
    counts, edges = price_histogram(prices, bins=8)
    assert counts.sum() == 5, "what costs nothing has no price"
    assert len(edges) == 9
    assert np.diff(edges).min() > 0
