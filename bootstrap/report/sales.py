"""The figures of the exploratory report: what the history says about sales, baskets and repeat buying."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Sales:
    """Figures of a history.

    Attributes
    ----------
    weekly
        Value (or number of events, where there are no prices) by week.
    weekdays, hours
        Events by day of the week, Monday first, and by hour of the day; UTC.
    tail
        Cumulated share of events by share of products, at 101 points.
    basket_sizes
        Number of orders with 1, 2, … different products; the last counts all larger.
    repeats
        Share of events in which a visitor came back to an item of an earlier order.
    """

    events: int
    visitors: int
    orders: int
    value: float
    has_value: bool
    first: pd.Timestamp
    last: pd.Timestamp
    weekly: pd.Series
    weekdays: NDArray[np.int64]
    hours: NDArray[np.int64]
    tail: NDArray[np.float64]
    basket_sizes: NDArray[np.int64]
    median_basket: float
    orders_per_visitor: NDArray[np.int64]
    repeats: float
    returning: float
    days_between: NDArray[np.int64]
    median_days_between: float


LARGEST_BASKET = 60
MOST_ORDERS = 20
LONGEST_GAP_DAYS = 90


def measure_sales(history: pd.DataFrame, products: int) -> Sales:
    """Measure a history that has rows."""
    times = pd.to_datetime(history["at"], unit="s", utc=True)
    priced = history["price"] >= 0
    value = (history["price"] * history["quantity"]).where(priced, 0) / 100
    has_value = bool(priced.any())
    measured = pd.Series((value if has_value else pd.Series(1.0, index=history.index)).to_numpy(), index=times)
    # An order without a number is what one visitor did in one day.
    day = (history["at"] // _DAY).astype("int64").astype(str)
    order = history["order"].where(history["order"] != "", history["visitor"] + "/" + day)
    orders = pd.DataFrame({"visitor": history["visitor"], "order": order, "item": history["item"], "at": history["at"]})
    sizes = orders.groupby("order")["item"].nunique()
    per_visitor = orders.groupby("visitor")["order"].nunique()
    starts = orders.groupby(["visitor", "order"])["at"].min().reset_index().sort_values(["visitor", "at"])
    gaps = starts.groupby("visitor")["at"].diff().dropna() / _DAY
    gaps = gaps[gaps >= 1]
    lines = orders.drop_duplicates(["visitor", "order", "item"])
    return Sales(
        events=len(history),
        visitors=int(history["visitor"].nunique()),
        orders=len(sizes),
        value=float(value.sum()),
        has_value=has_value,
        first=times.iloc[0],
        last=times.iloc[-1],
        weekly=measured.resample("7D").sum(),
        weekdays=np.bincount(times.dt.day_of_week, minlength=7),
        hours=np.bincount(times.dt.hour, minlength=24),
        tail=_long_tail(history["item"], products),
        basket_sizes=_histogram(sizes, LARGEST_BASKET),
        median_basket=float(sizes.median()),
        orders_per_visitor=_histogram(per_visitor, MOST_ORDERS),
        repeats=float(lines.duplicated(["visitor", "item"]).mean()),
        returning=float((per_visitor > 1).mean()),
        days_between=_histogram(gaps[gaps <= LONGEST_GAP_DAYS].astype("int64"), LONGEST_GAP_DAYS),
        median_days_between=float(gaps.median()) if len(gaps) else 0.0,
    )


def price_histogram(prices: NDArray[np.int64], bins: int = 36) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count prices in bins of equal ratio; return the counts and the bins' edges."""
    positive = prices[prices > 0]
    low, high = (float(np.quantile(positive, share)) for share in (0.002, 0.998))
    edges = np.geomspace(max(low, 1), max(high, low * 1.01, 2), bins + 1)
    counts, _ = np.histogram(np.clip(positive, edges[0], edges[-1]), edges)
    return counts, edges


def _long_tail(items: pd.Series, products: int) -> NDArray[np.float64]:
    counts = np.sort(items.value_counts().to_numpy())[::-1]
    padded = np.concatenate([[0.0], np.cumsum(counts) / counts.sum(), np.ones(max(products - len(counts), 0))])
    positions = np.linspace(0, len(padded) - 1, 101)
    return np.asarray(np.interp(positions, np.arange(len(padded)), padded), np.float64)


def _histogram(values: pd.Series, largest: int) -> NDArray[np.int64]:
    """Count the values 1, 2, … ``largest``; larger ones count as the largest."""
    return np.bincount(values.clip(1, largest), minlength=largest + 1)[1:]
