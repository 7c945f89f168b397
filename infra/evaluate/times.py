"""Times of events: Unix seconds to nanoseconds and ISO dates, recognized by what they look like; and their labels."""

import warnings
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
"""Seconds in each unit that can be said; ``iso`` is the other choice."""

_LEAST = {"ns": 1e17, "us": 1e14, "ms": 1e11}
_UNIX_LIKE = 1e8
_TOO_EARLY = 1e7
_MOST = 3.3e10
_TICKS = 5
_DAY = 86_400


def read_times(cells: pd.Series, unit: str | None = None) -> NDArray[np.float64]:
    """Return Unix seconds, not-a-number where a cell is no time.

    Numbers are of the unit that puts their middle after 1973; an ISO date without a zone is UTC. Where most times are
    Unix times, one in early 1970 is none.

    Examples
    --------
    >>> read_times(pd.Series(["1970-01-01T00:01:00Z", "soon"]))
    array([60., nan])
    >>> read_times(pd.Series(["1500000000000", "1500000000500"]))
    array([1.5e+09, 1.5e+09])
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _seconds(cells)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    numbers[~np.isfinite(numbers)] = np.nan
    given = int((cells.astype(str) != "").sum()) if cells.dtype == object else len(cells)
    if unit == "iso" or (unit is None and 2 * np.count_nonzero(~np.isnan(numbers)) < given):
        return _dates(cells)
    return _unix(numbers, unit)


def tick_labels(times: NDArray[np.float64]) -> list[str]:
    """Name up to five times at equal steps of a series, as finely as its span asks for.

    A series without dates is named by the numbers of its events.

    Examples
    --------
    >>> tick_labels(np.array([1.7e9, 1.8e9]))
    ['14 Nov 2023', '15 Jan 2027']
    """
    shown = times[np.linspace(0, len(times) - 1, min(_TICKS, len(times))).astype(int)].tolist()
    span = shown[-1] - shown[0] if shown else 0.0
    return [_label(at, span) for at in shown]


def _label(at: float, span: float) -> str:
    if at < _UNIX_LIKE:
        return f"{at:,.0f}"
    time = datetime.fromtimestamp(at, UTC)
    return f"{time:%H:%M}" if span < _DAY else f"{time:%-d %b %Y}"


def _unix(numbers: NDArray[np.float64], unit: str | None) -> NDArray[np.float64]:
    middle = float(np.nanmedian(numbers)) if not np.isnan(numbers).all() else 0.0
    found = unit or next((name for name, least in _LEAST.items() if middle >= least), "s")
    numbers = numbers * UNITS[found]
    if middle * UNITS[found] >= _UNIX_LIKE:
        numbers[numbers < _TOO_EARLY] = np.nan
    numbers[np.abs(numbers) > _MOST] = np.nan
    return numbers


def _dates(cells: pd.Series) -> NDArray[np.float64]:
    texts = cells.astype(str).str.removesuffix(" UTC")
    dates = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    if 2 * dates.notna().sum() < (texts != "").sum():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            dates = pd.to_datetime(texts, utc=True, errors="coerce")
    return _seconds(dates)


def _seconds(dates: pd.Series) -> NDArray[np.float64]:
    if dates.dt.tz is not None:
        dates = dates.dt.tz_convert("UTC").dt.tz_localize(None)
    whole = dates.to_numpy("datetime64[us]")
    return np.where(np.isnat(whole), np.nan, whole.astype(np.int64) / 1e6)
