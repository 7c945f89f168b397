"""Delimited text, gzipped or not: its separator and header, and the wanted cells of each row with its line."""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Literal, NamedTuple

from bootstrap.errors import UnusableFile

_SEPARATORS = (",", "\t", ";", "|", "::", " ")
_SPELT = {"\\t": "\t", "tab": "\t", "comma": ",", "space": " ", "semicolon": ";", "pipe": "|"}

Line = tuple[int, list[str]]


class BadRow(NamedTuple):
    """A row that cannot be used: where it stands in its file, counted from 1, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How delimited text is laid out.

    Attributes
    ----------
    separator
        What stands between cells; found from the first line if None.
    header
        Whether the first line names the columns. Without names, columns are numbered from 0. If None, the first line is
        no header where any of its cells is a number and ``numbered`` holds.
    numbered
        Whether the user names columns by numbers.
    ragged
        Whether rows that are too short or too long are filled or cut, and empty ones kept, so that each is judged by
        itself. Else they are bad, or passed over.
    errors
        What happens to bytes that are not UTF-8: they are replaced, or the file is refused.
    """

    separator: str | None = None
    header: bool | None = None
    numbered: bool = False
    ragged: bool = False
    errors: Literal["replace", "strict"] = "replace"


class Cells(NamedTuple):
    """The wanted cells, by field, of all rows that can be used; their lines; and the other rows."""

    by_field: dict[str, list[str]]
    lines: list[int]
    bad: list[BadRow]


class DelimitedFile:
    """A file of delimited text. Raises `UnusableFile` if it cannot be read or is empty."""

    def __init__(self, path: Path, layout: TextFormat) -> None:
        self._path = path
        self._layout = layout
        with open_text(path, layout.errors) as lines:
            start = list(islice(lines, 20))
        first = next((line for line in start if line.strip()), "")
        if not first:
            raise UnusableFile(f"{path} has no rows.")
        separator = layout.separator
        self._separator = _SPELT.get(separator, separator) if separator else _sniff(first)
        _, cells = next(self._rows(iter([first])))
        guessed = not (layout.numbered and any(map(_is_number, cells)))
        self._has_header = layout.header if layout.header is not None else guessed
        self.names: Sequence[str] = (
            [cell.strip() for cell in cells] if self._has_header else [str(index) for index in range(len(cells))]
        )

    def read(self, indices: Mapping[str, int]) -> Cells:
        """Read some cells of each row, by field and index, without the blanks around them."""
        wanted = itemgetter(*indices.values(), *(0, 0))
        kept: list[tuple[str, ...]] = []
        lines: list[int] = []
        bad: list[BadRow] = []
        width = len(self.names)
        with open_text(self._path, self._layout.errors) as text:
            rows = self._rows(text)
            if self._has_header:
                next((row for row in rows if row[1]), None)
            for line, row in rows:
                if self._layout.ragged:
                    row = (row + [""] * width)[:width]
                elif len(row) != width and (len(row) < width or any(row[width:])):
                    if any(row):
                        bad.append(BadRow(line, f"the row has {len(row)} cells, not {width}"))
                    continue
                kept.append(wanted(row))
                lines.append(line)
        columns = list(zip(*kept, strict=True)) if kept else [()] * len(indices)
        cells = {field: [cell.strip() for cell in column] for field, column in zip(indices, columns, strict=False)}
        return Cells(cells, lines, bad)

    def _rows(self, text: Iterator[str]) -> Iterator[Line]:
        if len(self._separator) == 1:
            reader = csv.reader(text, delimiter=self._separator, skipinitialspace=self._separator != " ")
            for row in reader:
                yield reader.line_num, row
        else:
            for number, line in enumerate(text, start=1):
                yield number, line.rstrip("\r\n").split(self._separator)


def open_text(path: Path, errors: str) -> IO[str]:
    """Open a file of UTF-8 text, gzipped or not, whatever its name says."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", errors=errors, newline="")
    return path.open(encoding="utf-8-sig", errors=errors, newline="")


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
