"""The wanted columns of a file of any kind: delimited text, JSON, JSON lines or Parquet, gzipped or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.errors import UnusableFile
from bootstrap.read.tables import read_table as read_whole_table
from infra.errors import CannotRun
from infra.evaluate.bad_line import BadLine
from infra.evaluate.columns import find_places
from infra.evaluate.delimited import DelimitedFile

_WHOLE = (".parquet", ".pq", ".json", ".jsonl", ".ndjson")

Needs = Callable[[Mapping[str, int], Sequence[str]], None]
"""Raises `CannotRun` if what was found among the columns is too little."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out, as far as the user says.

    Attributes
    ----------
    columns
        Which column is which field.
    separator
        What stands between cells.
    header
        Whether the first line names the columns; None where that is to be found out.
    time_unit
        Of the times: s, ms, us, ns or iso.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None
    header: bool | None = None
    time_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file.

    Attributes
    ----------
    cells
        A series by field, of equal length; text is stripped, and blank where nothing is said.
    names
        The file's own name of each field's column.
    lines
        Where each row is in the file, counted from 1.
    bad
        Rows that are not whole.
    """

    cells: dict[str, pd.Series]
    names: dict[str, str]
    lines: NDArray[np.int64]
    bad: list[BadLine]

    def __len__(self) -> int:
        return len(self.lines)


def read_table(path: Path, layout: Layout, needs: Needs) -> Table:
    """Read the columns that are fields. Raises `CannotRun` if the file cannot be read or ``needs`` more."""
    if not path.is_file():
        raise CannotRun(f"{path} is not there." if not path.exists() else f"{path} is not a file.")
    if path.name.lower().removesuffix(".gz").endswith(_WHOLE):
        return _read_whole(path, layout, needs)
    numbered = bool(layout.columns) and all(column.isdigit() for column in layout.columns.values())
    file = DelimitedFile(path, separator=layout.separator, header=layout.header, numbered=numbered)
    places = find_places(file.names, layout.columns, str(path))
    needs(places, file.names)
    read = file.read(places)
    cells = {name: pd.Series(column, dtype="str") for name, column in read.by_field.items()}
    return Table(cells, _named(places, file.names), np.array(read.lines, np.int64), read.bad)


def _read_whole(path: Path, layout: Layout, needs: Needs) -> Table:
    try:
        table = read_whole_table(path)
    except UnusableFile as error:
        raise CannotRun(str(error)) from error
    names = [str(name) for name in table.columns]
    places = find_places(names, layout.columns, str(path))
    needs(places, names)
    cells = {name: _clean(table.iloc[:, place]) for name, place in places.items()}
    return Table(cells, _named(places, names), np.arange(1, len(table) + 1), [])


def _named(places: Mapping[str, int], names: Sequence[str]) -> dict[str, str]:
    return {name: names[place] for name, place in places.items()}


def _clean(column: pd.Series) -> pd.Series:
    """Return numbers and times as they are, and all else as stripped text."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.astype("str").str.strip().mask(column.isna().to_numpy(), "")


def as_text(column: pd.Series) -> pd.Series:
    """Return ids as text: whole numbers without a point, blanks where there is nothing."""
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column == column.round())
        texts = column.astype("str").where(column.notna(), "")
        return texts.where(~whole, column.where(whole, 0).astype("int64").astype("str"))
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("str").mask(column.isna().to_numpy(), "")
    return column
