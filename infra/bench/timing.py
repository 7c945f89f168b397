"""Timing calls, and summaries of measured times and of clicks for people and for JSON."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from infra.visitors.click import Click

SHOWN = (50, 90, 99)

Thing = TypeVar("Thing")


def timed(call: Callable[[Thing], object], things: Iterable[Thing]) -> list[float]:
    """Return the seconds that each call took."""
    spent = []
    for thing in things:
        started = time.perf_counter()
        call(thing)
        spent.append(time.perf_counter() - started)
    return spent


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


def summarize(values: Sequence[float]) -> dict[str, float] | None:
    """Return the percentiles that reports show, rounded to hundredths; None without values.

    Examples
    --------
    >>> summarize([1.0, 2.0])
    {'p50': 1.0, 'p90': 2.0, 'p99': 2.0}
    """
    return {f"p{percent}": round(percentile(values, percent), 2) for percent in SHOWN} if values else None


def describe(seconds: Sequence[float], unit: float) -> dict[str, float]:
    """Return mean, p50 and p99 in a unit of ``unit`` seconds.

    Examples
    --------
    >>> describe([0.001, 0.003], 1e-3)
    {'mean': 2.0, 'p50': 1.0, 'p99': 3.0}
    """
    figures = {"mean": sum(seconds) / len(seconds), "p50": percentile(seconds, 50), "p99": percentile(seconds, 99)}
    return {name: round(value / unit, 3) for name, value in figures.items()}


def summary_of(clicks: Sequence[Click]) -> dict[str, object]:
    """Count what the clicks led to, and summarize how long it took."""
    pushed = [click for click in clicks if click.push_ms is not None]
    changed = sum(before.items != after.items for before, after in pairwise(pushed))
    return {
        "clicks": len(clicks),
        "pushes": len(pushed),
        # The first list has none before it to differ from: it changed what was there, which was not personal.
        "lists_changed": changed + bool(pushed),
        "click_to_push_ms": summarize([click.push_ms for click in pushed if click.push_ms is not None]),
        "click_to_drawn_ms": summarize([click.drawn_ms for click in clicks if click.drawn_ms is not None]),
        "click_to_painted_ms": summarize([click.painted_ms for click in clicks if click.painted_ms is not None]),
    }
