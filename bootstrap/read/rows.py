"""The rows of a file of one's own: which of them can be used, and their cells as text, whatever the file's kind."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pandas as pd

from bootstrap.read.delimited import BadRow
from bootstrap.read.tables import Find, named_format, read_table

_NOTHING = frozenset({"nan", "none", "null", "<na>"})


_Read = TypeVar("_Read")


class UnusableRow(ValueError):
    """A row cannot be used; the message says why."""


def read_rows(
    path: Path, find: Find, read: Callable[[Mapping[str, object], int], _Read]
) -> tuple[list[_Read], list[BadRow]]:
    """Read each row that says anything by ``read``, which is told its number, too. Returns what is wrong with others.

    Raises
    ------
    UnusableFile
        If the file cannot be read, or lacks a column that is needed.
    """
    usable: list[_Read] = []
    bad: list[BadRow] = []
    for number, row in enumerate(read_table(path, find, named_format(path)).rows(), start=1):
        try:
            if any(map(text_of, row.values())):
                usable.append(read(row, number))
        except UnusableRow as error:
            bad.append(BadRow(number, str(error)))
        except RecursionError:
            bad.append(BadRow(number, "a cell is nested too deeply"))
    return usable, bad


def text_of(value: object) -> str:
    """Read a cell as text: lists joined by blanks, missing values as nothing, whole numbers without a point.

    Raises
    ------
    UnusableRow
        If it holds what no text should: NUL, which stands for half a character, too.

    Examples
    --------
    >>> text_of(["red", None, 7.0])
    'red  7'
    >>> text_of(float("nan"))
    ''
    """
    if isinstance(value, list | tuple):
        return " ".join(map(text_of, value))
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if hasattr(value, "tolist"):
        return text_of(value.tolist())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    if "\0" in text:
        raise UnusableRow(f"the text {text[:40]!r} holds half a character, or NUL")
    return "" if text.lower() in _NOTHING else text
