"""The sales of a history as a chart for notebooks."""

from datetime import timedelta

import numpy as np

from bootstrap.report.charts import Chart, Curve, curves_svg
from bootstrap.report.sales import Sales

_TICKS = 5
_WEEK = timedelta(days=7)


def weekly_sales_chart(sales: Sales, currency: str) -> Chart:
    """Draw the value sold by week, in thousands; where there are no prices, the number of events.

    The last week is left out unless it is whole.
    """
    weekly = sales.weekly
    if len(weekly) > 1 and weekly.index[-1] + _WEEK > sales.last:
        weekly = weekly[:-1]
    unit, scale = (f"thousands of {currency}", 1000) if sales.has_value else ("events", 1)
    shown = np.linspace(0, len(weekly) - 1, min(_TICKS, len(weekly))).astype(int)
    ticks = [f"{weekly.index[week]:%-d %b %Y}" for week in shown]
    curve = Curve("all sales", "a", (weekly / scale).tolist())
    title = "Sales by week"
    return Chart(title, curves_svg(title, unit, ticks, [curve], from_zero=True, on_white=True))
