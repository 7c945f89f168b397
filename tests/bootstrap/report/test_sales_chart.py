"""Sales by week as a chart: whole weeks, in thousands."""

import re
from itertools import pairwise

from bootstrap.report.sales import measure_sales
from bootstrap.report.sales_chart import weekly_sales_chart
from tests.bootstrap.builders import a_history

WEEK = 7 * 86_400.0


def points(svg: str) -> list[tuple[float, float]]:
    """Return where the curve of all sales goes."""
    path = re.findall(r'<path class="a" d="M([^"]+)"', svg)[0]
    return [(float(x), float(y)) for x, y in (point.split() for point in path.split("L"))]


def test_a_last_week_that_is_not_over_is_left_out() -> None:
    history = a_history(4).assign(at=[0.0, WEEK, 2 * WEEK, 2 * WEEK + 60], price=100_000, quantity=[1, 3, 1, 1])
    chart = weekly_sales_chart(measure_sales(history, 4), "GBP")
    (_, first), (_, second) = points(chart.svg)
    assert second < first, "the second week sold more"
    assert "thousands of GBP" in chart.svg
    assert ">3.00<" in chart.svg


def test_without_prices_events_are_drawn() -> None:
    history = a_history(6).assign(at=[WEEK * week for week in range(6)], price=-1)
    chart = weekly_sales_chart(measure_sales(history, 4), "GBP")
    assert "events" in chart.svg
    assert [after[0] > before[0] for before, after in pairwise(points(chart.svg))] == [True] * 4
