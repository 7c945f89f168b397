"""Delimited text, gzipped or not: its separator and header, and the wanted cells of each row with its line."""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, NamedTuple

from infra.errors import CannotRun
from infra.evaluate.bad_line import BadLine

_SEPARATORS = (",", "\t", ";", "|", "::", " ")
_SPELT = {"\\t": "\t", "tab": "\t", "comma": ",", "space": " ", "semicolon": ";", "pipe": "|"}

Line = tuple[int, list[str]]


class Cells(NamedTuple):
    """The wanted cells, by field, of all rows that are whole; their lines; and the other rows."""

    by_field: dict[str, list[str]]
    lines: list[int]
    bad: list[BadLine]


class DelimitedFile:
    """A file of delimited text.

    Parameters
    ----------
    separator
        What stands between cells; found out from the first line if it is not said.
    header
        Whether the first line names the columns. Else their names are their numbers, from 0. If it is not said, the
        first line is no header where any of its cells is a number and ``numbered`` holds.
    numbered
        Whether the user names columns by numbers.
    """

    def __init__(self, path: Path, *, separator: str | None = None, header: bool | None, numbered: bool) -> None:
        self._path = path
        with self._open() as lines:
            start = list(islice(lines, 20))
        first = next((line for line in start if line.strip()), "")
        if not first:
            raise CannotRun(f"{path} has no rows.")
        self._separator = _SPELT.get(separator, separator) if separator else _sniff(first)
        _, cells = next(self._rows(iter([first])))
        self._has_header = header if header is not None else not (numbered and any(map(_is_number, cells)))
        self.names: Sequence[str] = (
            [cell.strip() for cell in cells] if self._has_header else [str(place) for place in range(len(cells))]
        )

    def read(self, places: Mapping[str, int]) -> Cells:
        """Read the cells at some places of each row, without the blanks around them."""
        wanted = itemgetter(*places.values(), *(0, 0))
        kept: list[tuple[str, ...]] = []
        lines: list[int] = []
        bad: list[BadLine] = []
        width = len(self.names)
        with self._open() as text:
            rows = self._rows(text)
            if self._has_header:
                next((row for row in rows if row[1]), None)
            for line, row in rows:
                if len(row) != width and (len(row) < width or any(row[width:])):
                    if any(row):
                        bad.append(BadLine(line, f"the row has {len(row)} cells, not {width}"))
                    continue
                kept.append(wanted(row))
                lines.append(line)
        columns = list(zip(*kept, strict=True)) if kept else [()] * len(places)
        cells = {field: [cell.strip() for cell in column] for field, column in zip(places, columns, strict=False)}
        return Cells(cells, lines, bad)

    def _open(self) -> IO[str]:
        try:
            with self._path.open("rb") as file:
                packed = file.read(2) == b"\x1f\x8b"
            if packed:
                return gzip.open(self._path, "rt", encoding="utf-8-sig", errors="replace", newline="")
            return self._path.open(encoding="utf-8-sig", errors="replace", newline="")
        except OSError as error:
            raise CannotRun(f"{self._path} cannot be read: {error.strerror or error}.") from error

    def _rows(self, text: Iterator[str]) -> Iterator[Line]:
        """Go through the rows. Errors of the file end the command with a message."""
        try:
            if len(self._separator) == 1:
                reader = csv.reader(text, delimiter=self._separator)
                for row in reader:
                    yield reader.line_num, row
            else:
                for number, line in enumerate(text, start=1):
                    yield number, line.rstrip("\r\n").split(self._separator)
        except (OSError, EOFError, csv.Error) as error:
            raise CannotRun(f"{self._path} is damaged: {error}.") from error


def _sniff(line: str) -> str:
    """Return the separator that splits a line into most cells; of equals the more usual."""
    counts = {separator: line.count(separator) for separator in _SEPARATORS}
    found = max(_SEPARATORS[:-1], key=counts.__getitem__)
    return found if counts[found] else " " if counts[" "] else ","


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
