"""Filters with counts. Values of one facet widen each other, facets narrow each other.

The counts of a facet ignore what is chosen in it: they say what each value would show.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storefront.search.index.columns import Columns, Mask, Places
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


def filter_places(
    columns: Columns, stars: NDArray[np.float64], selection: Selection, base: Mask | None = None
) -> Filtered:
    """Apply the filters to the products of ``base`` (all, if None), and count."""
    everything = np.ones(columns.size, bool) if base is None else base
    masks = {facet: _mask(columns, stars, facet, selection.of(facet)) for facet in FACETS if selection.of(facet)}
    mask = everything.copy()
    for one in masks.values():
        mask &= one
    options = {}
    for facet in FACETS:
        others = everything.copy()
        for other, one in masks.items():
            if other != facet:
                others &= one
        options[facet] = _options(columns, stars, facet, selection.of(facet), others, everything)
    return Filtered(mask, options)


def _mask(columns: Columns, stars: NDArray[np.float64], facet: Facet, chosen: tuple[str, ...]) -> Mask:
    if facet == "category":
        return columns.category.among(frozenset(chosen))
    if facet == "colour":
        return columns.colour.among(frozenset(chosen))
    if facet == "rating":
        return stars >= float(min(chosen))
    mask = np.zeros(columns.size, bool)
    for value in chosen:
        mask |= _within(columns.price, value)
    return mask


def _within(price: Places, value: str) -> Mask:
    band = band_of(value)
    if band is None:
        return np.zeros(len(price), bool)
    low, high = band
    return (price >= low) if high is None else (price >= low) & (price < high)


def _options(
    columns: Columns,
    stars: NDArray[np.float64],
    facet: Facet,
    chosen: tuple[str, ...],
    others: Mask,
    everything: Mask,
) -> tuple[Option, ...]:
    if facet == "price":
        values = dict.fromkeys([*bands_of(columns.price[everything]), *chosen])
        bands = [
            Option(value, int((_within(columns.price, value) & others).sum()), value in chosen) for value in values
        ]
        return tuple(sorted((band for band in bands if _is_worth(band)), key=_by_price))
    if facet == "rating":
        ratings = (Option(value, int((others & (stars >= float(value))).sum()), value in chosen) for value in RATINGS)
        return tuple(rating for rating in ratings if _is_worth(rating))
    codes = columns.category if facet == "category" else columns.colour
    counts = codes.count(others)
    there = [Option(name, size, name in chosen) for name, size in counts.items()]
    gone = [Option(name, 0, True) for name in chosen if name not in counts and name in codes.names]
    return tuple(sorted([*there, *gone], key=_by_size)[:MOST_OPTIONS])


def _by_size(option: Option) -> tuple[bool, int, str]:
    return not option.is_chosen, -option.size, option.value


def _by_price(option: Option) -> tuple[int, float]:
    low, high = band_of(option.value) or (0, 0)
    return low, float("inf") if high is None else high


def _is_worth(option: Option) -> bool:
    return bool(option.size) or option.is_chosen


def bands_of(prices: Places) -> list[str]:
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
