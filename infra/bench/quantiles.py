"""Percentiles of measured times, for people and for JSON."""

import math
from collections.abc import Sequence

SHOWN = (50, 90, 99)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed.

    Examples
    --------
    >>> percentile([5.0, 1.0, 3.0], 50), percentile([5.0, 1.0, 3.0], 99)
    (3.0, 5.0)
    """
    if not values:
        raise ValueError("no values")
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def summarise(values: Sequence[float]) -> dict[str, float] | None:
    """Return the percentiles that reports show, rounded to hundredths; None without values.

    Examples
    --------
    >>> summarise([1.0, 2.0])
    {'p50': 1.0, 'p90': 2.0, 'p99': 2.0}
    """
    return {f"p{percent}": round(percentile(values, percent), 2) for percent in SHOWN} if values else None
