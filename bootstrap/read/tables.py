"""Reading a table from a file of any common kind: delimited text, JSON, JSON lines or Parquet, gzipped or not."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from bootstrap.errors import UnusableFile
from bootstrap.read.delimited import BadRow, DelimitedFile, TextFormat, open_text

_SEPARATORS = {"csv": ",", "tsv": "\t", "tab": "\t", "txt": "\t"}
_PARQUET = ("parquet", "pq")
_JSON = ("json", "jsonl", "ndjson")
_MOST_DIGITS = 400
_HALF = re.compile("[\ud800-\udfff]")

Find = Callable[[Sequence[str]], Mapping[str, int]]
"""Told a file's columns, returns the index of each wanted field. Raises `UnusableFile` if one is missing."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file.

    Attributes
    ----------
    cells
        A series by field, of equal length; text has no blanks around it where the file is delimited text.
    names
        The file's own name of each field's column.
    lines
        Where each row stands in the file, counted from 1.
    bad
        Rows that are not whole.
    """

    cells: dict[str, pd.Series]
    names: dict[str, str]
    lines: NDArray[np.int64]
    bad: list[BadRow]

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self) -> Iterator[dict[str, object]]:
        """Go through the rows, each a cell by field."""
        for values in zip(*(column.tolist() for column in self.cells.values()), strict=True):
            yield dict(zip(self.cells, values, strict=True))


def read_table(path: Path, find: Find, layout: TextFormat | None = None) -> Table:
    """Read the columns that ``find`` wants. ``layout`` says how delimited text is laid out.

    Raises
    ------
    UnusableFile
        If the file is missing, damaged or empty, or lacks a column that is needed.
    """
    if not path.is_file():
        raise UnusableFile(f"{path} is not there." if not path.exists() else f"{path} is not a file.")
    whole = suffix_of(path) in (*_PARQUET, *_JSON)
    try:
        table = _read_whole(path, find) if whole else _read_text(path, find, layout or TextFormat())
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror or error}.") from error
    except RecursionError:
        raise UnusableFile(f"{path} is nested too deeply.") from None
    except (ValueError, EOFError, csv.Error) as error:
        raise UnusableFile(f"{path} is damaged or not what its name says: {_first_line(error)}") from error
    if not len(table) and not table.bad:
        raise UnusableFile(f"{path} has no rows.")
    return table


def named_format(path: Path) -> TextFormat:
    """Return the layout that a file's name promises, for files that must keep such a promise: raises `UnusableFile`."""
    suffix = suffix_of(path)
    if suffix not in (*_SEPARATORS, *_PARQUET, *_JSON):
        raise UnusableFile(f"{path} must end in .csv, .tsv, .json, .jsonl or .parquet (and may end in .gz).")
    return TextFormat(_SEPARATORS.get(suffix), header=True, ragged=True, errors="strict")


def suffix_of(path: Path) -> str:
    """Return what a file's name says of its kind, in small letters; nothing if it says nothing.

    Examples
    --------
    >>> suffix_of(Path("clicks.CSV.gz"))
    'csv'
    """
    return Path(path.name.lower().removesuffix(".gz")).suffix.removeprefix(".")


def _read_text(path: Path, find: Find, layout: TextFormat) -> Table:
    file = DelimitedFile(path, layout)
    indices = find(file.names)
    read = file.read(indices)
    cells = {name: pd.Series(column, dtype="str") for name, column in read.by_field.items()}
    return Table(cells, _named(indices, file.names), np.array(read.lines, np.int64), read.bad)


def _read_whole(path: Path, find: Find) -> Table:
    is_parquet = suffix_of(path) in _PARQUET
    table = parquet.read_table(path).to_pandas(integer_object_nulls=True) if is_parquet else _read_json(path)
    names = [str(column).strip() for column in table.columns]
    if table.empty:
        raise UnusableFile(f"{path} has no rows.")
    indices = find(names)
    cells = {name: table.iloc[:, index] for name, index in indices.items()}
    return Table(cells, _named(indices, names), np.arange(1, len(table) + 1), [])


def _read_json(path: Path) -> pd.DataFrame:
    with open_text(path, "strict") as file:
        if suffix_of(path) == "json":
            rows = _decode(file.read())
        else:
            rows = [_decode(line) if line.strip() else {} for line in file]
    if isinstance(rows, dict):
        lists = [value for value in rows.values() if isinstance(value, list)]
        if len(lists) != 1:
            raise ValueError("it must be a list of objects, or an object with one such list")
        rows = lists[0]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it must be a list of objects")
    try:
        return _frame(rows)
    except UnicodeEncodeError:
        return _frame([_without_halves(row) for row in rows])


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make a table whose whole numbers stay whole: a column with a gap would round large ones to floats."""
    table = pd.DataFrame(rows, dtype=object)
    columns = {}
    for name in table:
        inferred = table[name].infer_objects()
        is_rounded = inferred.dtype.kind == "f" and any(isinstance(value, int) for value in table[name])
        columns[name] = table[name] if is_rounded else inferred
    return pd.DataFrame(columns)


def _without_halves(value: Any) -> Any:
    """Put NUL, which readers refuse, in place of half a character (a lone surrogate), as JSON can escape it."""
    if isinstance(value, str):
        return _HALF.sub("\0", value)
    if isinstance(value, list):
        return [_without_halves(one) for one in value]
    if isinstance(value, dict):
        return {_without_halves(name): _without_halves(one) for name, one in value.items()}
    return value


def _whole_number(digits: str) -> int | str:
    """Read a whole number. One that Python might refuse is text: its row is refused, not the file."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


_decode = json.JSONDecoder(parse_int=_whole_number).decode


def _named(indices: Mapping[str, int], names: Sequence[str]) -> dict[str, str]:
    return {name: names[index] for name, index in indices.items()}


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
