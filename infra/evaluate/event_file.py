"""An event file as a stream in order of time, with what could not be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.read.delimited import BadRow
from bootstrap.read.tables import Table
from infra.errors import CannotRun
from infra.evaluate.fields import Layout, as_text, read_fields
from infra.evaluate.item_attributes import Attributes, attributes_of
from infra.evaluate.signals import Signals, read_signals
from infra.evaluate.times import read_times
from online_models.evaluation.stream import Stream

_SHOWN_IN_ERROR = 3


@dataclass(frozen=True, slots=True)
class EventFile:
    """What a file holds.

    Attributes
    ----------
    stream
        The usable events in order of time, equals in order of the file.
    attributes
        Category and brand of its items, where it has such columns.
    names
        The file's own names of the columns, by field.
    bad
        The lines that cannot be used, in order.
    """

    stream: Stream
    attributes: Attributes
    names: Mapping[str, str]
    bad: Sequence[BadRow]


def read_events(path: Path, layout: Layout) -> EventFile:
    """Read a file of events.

    Raises
    ------
    CannotRun
        If the file cannot be read, lacks a needed column, or has no usable row.
    """
    table = read_fields(path, layout, ("visitor", "item"))
    ids: dict[str, pd.Series] = {
        name: as_text(table.cells[name]) for name in ("visitor", "item", "session") if name in table.cells
    }
    times = _times(table, layout)
    signals = read_signals(table.cells, len(table))
    reasons = _reasons(table, ids, times, signals)
    bad = sorted([*table.bad, *(BadRow(int(table.lines[row]), reason) for row, reason in reasons.items())])
    usable = np.ones(len(table), np.bool_)
    usable[list(reasons)] = False
    rows = np.flatnonzero(usable)
    if not len(rows):
        shown = "; ".join(f"line {line}: {reason}" for line, reason in bad[:_SHOWN_IN_ERROR])
        raise CannotRun(f"{path} has no usable row. {shown}".rstrip() + ("." if shown else ""))
    order = rows[np.argsort(times[rows], kind="stable")]
    stream = _stream(ids, times, signals, order)
    attributes = attributes_of(table, ids["item"], order)
    return EventFile(stream, attributes, table.names, bad)


def _times(table: Table, layout: Layout) -> NDArray[np.float64]:
    """Return Unix seconds, not-a-number where a cell is no time.

    Blank cells are as the last time before them, or else the first one; if there is none, a second apart from 1.
    """
    seconds = pd.Series(np.arange(1.0, len(table) + 1))
    if "timestamp" in table.cells and len(table):
        cells = table.cells["timestamp"]
        times = pd.Series(read_times(cells, layout.time_unit))
        blank = (cells.isna() | (cells.astype("str") == "")).to_numpy(np.bool_)
        seconds = times.where(~blank, times.ffill().bfill().fillna(seconds))
    return seconds.to_numpy(np.float64)


def _reasons(
    table: Table, ids: Mapping[str, pd.Series], times: NDArray[np.float64], signals: Signals
) -> dict[int, str]:
    reasons = dict(signals.reasons)
    for row in np.flatnonzero(np.isnan(times)).tolist():
        reasons[row] = f"time {str(table.cells['timestamp'].iloc[row])[:40]!r} is neither a date nor a Unix time"
    for name in ("visitor", "item"):
        for row in np.flatnonzero((ids[name] == "").to_numpy(np.bool_)).tolist():
            reasons[row] = f"there is no {name}"
        for row in np.flatnonzero(ids[name].astype(str).str.contains("\0", regex=False).to_numpy(np.bool_)).tolist():
            reasons[row] = f"{name} {str(ids[name].iloc[row])[:40]!r} holds half a character, or NUL"
    return reasons


def _stream(
    ids: Mapping[str, pd.Series], times: NDArray[np.float64], signals: Signals, order: NDArray[np.intp]
) -> Stream:
    (visitors, visitor_names), (items, item_names) = (_coded(ids[name], order) for name in ("visitor", "item"))
    session_names: list[str] = []
    sessions = np.full(len(order), -1, np.int32)
    if "session" in ids:
        sessions, session_names = _coded(ids["session"].mask(ids["session"] == "", None), order)
    return Stream(
        times=times[order],
        visitors=visitors,
        items=items,
        sessions=sessions,
        kinds=signals.kinds[order],
        rewards=signals.rewards[order],
        ratings=signals.ratings[order],
        visitor_names=visitor_names,
        item_names=item_names,
        session_names=session_names,
    )


def _coded(ids: pd.Series, order: NDArray[np.intp]) -> tuple[NDArray[np.int32], list[str]]:
    codes, names = pd.factorize(ids.iloc[order])
    return codes.astype(np.int32), [str(name) for name in names]
