"""Filters with counts. Values of one facet are alternatives; a product must pass every facet.

The counts of a facet ignore its own choices: they say how many products each value would show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from storefront.search.index.columns import Columns, DocIds, Mask
from storefront.search.selection import FACETS, RATINGS, Facet, Selection, band_of

MOST_OPTIONS = 40
NICE = (1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 75, 100, 150, 200, 250, 300, 500, 750)
"""Prices that bands begin and end with: these many pounds (or what the currency has), or thousands of them."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, and how many products it would show."""

    value: str
    size: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filtered:
    """What passes the filters: a mask of the whole catalog, and the options of each facet."""

    mask: Mask
    options: dict[Facet, tuple[Option, ...]]


def filter_docs(
    columns: Columns, stars: NDArray[np.float64], selection: Selection, base: Mask | None = None
) -> Filtered:
    """Apply the filters to the products of ``base`` (all, if None), and count."""
    everything = np.ones(columns.size, bool) if base is None else base
    masks = {facet: _mask(columns, stars, facet, selection.of(facet)) for facet in FACETS if selection.of(facet)}
    options = {}
    for facet in FACETS:
        others = _all_of(everything, [mask for other, mask in masks.items() if other != facet])
        options[facet] = _options(
            facet, selection.of(facet), _counts(columns, stars, facet, selection, others, everything)
        )
    return Filtered(_all_of(everything, masks.values()), options)


def _all_of(everything: Mask, masks: Iterable[Mask]) -> Mask:
    return reduce(np.logical_and, masks, everything)


def _mask(columns: Columns, stars: NDArray[np.float64], facet: Facet, chosen: tuple[str, ...]) -> Mask:
    if facet == "category":
        return columns.category.among(frozenset(chosen))
    if facet == "colour":
        return columns.colour.among(frozenset(chosen))
    if facet == "rating":
        return stars >= float(min(chosen))
    return reduce(np.logical_or, [_within(columns.price, value) for value in chosen], np.zeros(columns.size, bool))


def _within(price: DocIds, value: str) -> Mask:
    band = band_of(value)
    if band is None:
        return np.zeros(len(price), bool)
    low, high = band
    return (price >= low) if high is None else (price >= low) & (price < high)


def _counts(
    columns: Columns, stars: NDArray[np.float64], facet: Facet, selection: Selection, others: Mask, everything: Mask
) -> dict[str, int]:
    """Count what each value of a facet would show."""
    if facet == "price":
        values = dict.fromkeys([*bands_of(columns.price[everything]), *selection.of(facet)])
        return {value: int((_within(columns.price, value) & others).sum()) for value in values}
    if facet == "rating":
        return {value: int((others & (stars >= float(value))).sum()) for value in RATINGS}
    codes = columns.category if facet == "category" else columns.colour
    gone = {name: 0 for name in selection.of(facet) if name in codes.names}
    return gone | codes.count(others)


def _options(facet: Facet, chosen: tuple[str, ...], counts: dict[str, int]) -> tuple[Option, ...]:
    """Return the values that are worth showing: by price or rating, else the chosen and most frequent first."""
    options = [Option(value, size, value in chosen) for value, size in counts.items() if size or value in chosen]
    if facet == "rating":
        return tuple(options)
    if facet == "price":
        return tuple(sorted(options, key=_by_price))
    return tuple(sorted(options, key=_by_size)[:MOST_OPTIONS])


def _by_size(option: Option) -> tuple[bool, int, str]:
    return not option.is_chosen, -option.size, option.value


def _by_price(option: Option) -> tuple[int, float]:
    low, high = band_of(option.value) or (0, 0)
    return low, float("inf") if high is None else high


def bands_of(prices: DocIds) -> list[str]:
    """Cut prices into up to five bands of about the same size, at prices that are easy to read.

    >>> bands_of(np.array([95, 145, 195, 295, 295, 425, 495, 850, 1250, 2995]))
    ['0-200', '200-300', '300-500', '500-1000', '1000-']
    """
    if not len(prices):
        return []
    cuts: list[int] = []
    for share in (0.2, 0.4, 0.6, 0.8):
        cut = _nice(float(np.quantile(prices, share)))
        if cut > (cuts[-1] if cuts else int(prices.min())) and cut <= int(prices.max()):
            cuts.append(cut)
    if not cuts:
        return []
    edges = [0, *cuts]
    return [f"{low}-{high}" for low, high in zip(edges, cuts, strict=False)] + [f"{cuts[-1]}-"]


def _nice(pennies: float) -> int:
    """Return the nearest easy price, by ratio."""
    scale = 100
    while pennies > 1_000 * scale:
        scale *= 1_000
    candidates = [number * scale for number in (*NICE, 1_000)]
    return min(candidates, key=lambda price: max(price, 1) / max(pennies, 1) if price > pennies else pennies / price)
