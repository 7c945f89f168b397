"""Reading a table from a file of any common kind: CSV, TSV, JSON, JSON lines or Parquet, gzipped or not."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from bootstrap.errors import UnusableFile

KINDS = ("csv", "tsv", "json", "jsonl", "parquet")
_SUFFIXES = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "txt": "tsv",
    "json": "json",
    "parquet": "parquet",
    "pq": "parquet",
}
_LINES = {"jsonl": "jsonl", "ndjson": "jsonl"}


def read_table(path: Path) -> pd.DataFrame:
    """Read a file as a table of text, numbers and lists, with the blanks around its column names taken off.

    Raises
    ------
    UnusableFile
        If the file is missing, of an unknown kind, damaged or empty.
    """
    try:
        table = _read(path)
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UnusableFile(f"{path} is damaged or not what its name says: {_first_line(error)}") from error
    table.columns = [str(column).strip() for column in table.columns]
    if table.empty:
        raise UnusableFile(f"{path} has no rows.")
    return table


def find_columns(
    table: pd.DataFrame, path: Path, wanted: Mapping[str, Sequence[str]], mapped: Mapping[str, str]
) -> dict[str, str]:
    """Find which of the file's columns is which: as mapped by the user, else by usual names, in any case.

    Raises
    ------
    UnusableFile
        If a mapping names a column that is not there, or something that is not asked for.
    """
    found: dict[str, str] = {}
    columns = {_plain(column): str(column) for column in reversed(table.columns)}
    for name, column in mapped.items():
        if name not in wanted:
            raise UnusableFile(f"{path}: there is no column to map called {name!r}; there are {', '.join(wanted)}.")
        if _plain(column) not in columns:
            raise UnusableFile(f"{path} has no column {column!r}; it has {_listed(table)}.")
        found[name] = columns[_plain(column)]
    for name, usual in wanted.items():
        if name not in found:
            match = next((columns[_plain(column)] for column in usual if _plain(column) in columns), None)
            if match is not None and match not in found.values():
                found[name] = match
    return found


def missing_column(path: Path, table: pd.DataFrame, name: str) -> UnusableFile:
    """Make the error that says which column is wanting and how to name it."""
    return UnusableFile(
        f"{path} has no column for {name}; it has {_listed(table)}. Say which it is with --map {name}=COLUMN."
    )


def _read(path: Path) -> pd.DataFrame:
    names = path.name.lower().removesuffix(".gz").rsplit(".", 1)
    kind = {**_SUFFIXES, **_LINES}.get(names[-1]) if len(names) > 1 else None
    if kind is None:
        raise UnusableFile(f"{path} must end in .csv, .tsv, .json, .jsonl or .parquet (and may end in .gz).")
    if not path.is_file():
        raise UnusableFile(f"{path} is not there." if not path.exists() else f"{path} is not a file.")
    if kind == "parquet":
        table: pd.DataFrame = parquet.read_table(path).to_pandas()
        return table
    content = gzip.decompress(path.read_bytes()) if path.name.lower().endswith(".gz") else path.read_bytes()
    text = content.decode("utf-8-sig")
    if kind in ("csv", "tsv"):
        return _read_delimited(text, "," if kind == "csv" else "\t")
    return _read_json(text, lines=kind == "jsonl")


def _read_delimited(text: str, separator: str) -> pd.DataFrame:
    """Read delimited text; rows that are too short or too long are filled or cut, so that each is judged by itself."""
    rows = list(csv.reader(StringIO(text), delimiter=separator, skipinitialspace=True))
    if not rows or not any(rows[0]):
        raise ValueError("its first line must name the columns")
    width = len(rows[0])
    return pd.DataFrame([(row + [""] * width)[:width] for row in rows[1:]], columns=rows[0], dtype=str)


def _read_json(text: str, *, lines: bool) -> pd.DataFrame:
    rows = [json.loads(line) if line.strip() else {} for line in text.splitlines()] if lines else json.loads(text)
    if isinstance(rows, dict):
        lists = [value for value in rows.values() if isinstance(value, list)]
        if len(lists) != 1:
            raise ValueError("it must be a list of objects, or an object with one such list")
        rows = lists[0]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it must be a list of objects")
    return pd.DataFrame(rows)


def _plain(column: object) -> str:
    return "".join(letter for letter in str(column).lower() if letter.isalnum())


def _listed(table: pd.DataFrame) -> str:
    return ", ".join(map(str, table.columns[:40]))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
