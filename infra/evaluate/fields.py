"""The fields of an event file: the usual names of their columns, and how the user maps and reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from bootstrap.errors import UnusableFile
from bootstrap.read.columns import find_columns, plain, require_columns
from bootstrap.read.delimited import TextFormat
from bootstrap.read.tables import Table, read_table
from infra.errors import CannotRun

USUAL: dict[str, list[str]] = {
    field: names.split()
    for field, names in {
        "timestamp": "timestamp time event_time datetime date at ts occurred_at created_at "
        "unix_timestamp unix_time transaction_timestamp invoice_date event_date t_dat",
        "visitor": "visitor visitor_id user user_id uid customer customer_id household_id "
        "account account_id member_id reviewer_id",
        "item": "item item_id product product_id sku asin parent_asin stock_code article_id "
        "article movie_id book_id track_id song_id aid iid",
        "kind": "kind event event_type behaviour behavior behavior_type action action_type type",
        "value": "value weight",
        "rating": "rating ratings stars overall score",
        "session": "session session_id user_session session_key sid",
        "category": "category_id category category_code category_name product_category cat",
        "brand": "brand brand_id brand_name vendor manufacturer",
    }.items()
}
"""The fields of an event, and the names of columns that are recognized by themselves."""

ITEM_FIELDS = ("item", "category", "brand")
"""What a catalog says of an item."""

_ADVICE = (
    "Say which it is with --columns {field}=COLUMN, or with --no-header and its number if the first line names no "
    "columns."
)


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


def read_fields(path: Path, layout: Layout, needed: Sequence[str]) -> Table:
    """Read the columns that are fields. Where nobody is named, sessions are the visitors.

    Raises
    ------
    CannotRun
        If the file cannot be read, or lacks a column that is needed.
    """

    def find(names: Sequence[str]) -> dict[str, int]:
        # A column of sessions that is mapped as the visitor is the session as well.
        indices = find_columns(names, path, USUAL, layout.columns, may_share=("session",))
        if "visitor" not in indices and "session" in indices:
            indices["visitor"] = indices["session"]
        require_columns(indices, needed, names, path, _ADVICE)
        return indices

    numbered = bool(layout.columns) and all(column.isdigit() for column in layout.columns.values())
    try:
        table = read_table(path, find, TextFormat(layout.separator, layout.header, numbered))
    except UnusableFile as error:
        raise CannotRun(str(error)) from error
    return replace(table, cells={name: _clean(column) for name, column in table.cells.items()})


def as_text(column: pd.Series) -> pd.Series:
    """Return ids as text: whole numbers without a point, blanks where there is nothing.

    Examples
    --------
    >>> as_text(pd.Series([12.0, None])).tolist()
    ['12', '']
    """
    if not _is_typed(column):
        return column
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype("str").mask(column.isna().to_numpy(), "")


def _clean(column: pd.Series) -> pd.Series:
    """Return numbers and times as they are, and all else as stripped text, blank where nothing is said."""
    return column if _is_typed(column) else column.astype("str").str.strip().mask(column.isna().to_numpy(), "")


def _is_typed(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)


def parse_mapping(texts: Iterable[str]) -> dict[str, str]:
    """Read ``timestamp=Time,visitor=SessionId``: the field, then the file's own name or number of the column.

    Raises
    ------
    CannotRun
        If a pair is no pair, or names no field.
    """
    mapping = {}
    for pair in (part for text in texts for part in text.split(",") if part.strip()):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not (name and equals and column):
            raise CannotRun(f"A mapping looks like timestamp=Time,visitor=UserId, not {pair.strip()!r}.")
        known = next((known for known, usual in USUAL.items() if plain(name) in map(plain, usual)), None)
        if known is None:
            raise CannotRun(f"There is no field {name!r} to map; there are {', '.join(USUAL)}.")
        mapping[known] = column
    return mapping
