"""What the database of a shop holds, held against what its forms allow, whichever of them has written it."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import String, Table, select

from online_models.schema.events import decode
from online_models.schema.plain_text import is_one_line, several_lines
from storefront.accounts.email_address import InvalidAddress, check_address
from storefront.accounts.reserved_names import is_reserved
from storefront.database.connection import Database
from storefront.database.tables import REVIEW_LENGTH, metadata
from storefront.visitor_state.baskets import MOST_OF_AN_ITEM

AS_SENT = {"agent"}
"""What nobody is shown."""


def faults_of(database: Database, items: Collection[str], categories: Collection[str]) -> list[str]:
    """Return what is stored that no form should have let in."""
    found = []
    with database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found += [f"{table.name}: {fault} in {dict(row)}" for fault in _faults(table, dict(row))]
                if "item" in row and row["item"] not in items:
                    found.append(f"{table.name}: an unknown item in {dict(row)}")
                if table.name == "preferences" and not set(json.loads(row["categories"])) <= set(categories):
                    found.append(f"an unknown category in {dict(row)}")
    return found


def _faults(table: Table, row: dict[str, Any]) -> Iterator[str]:
    for column in table.columns:
        value = row[column.name]
        # SQLite takes text of any length for a column of a length.
        longest = column.type.length if isinstance(column.type, String) else None
        if longest is not None and value is not None and len(value) > longest:
            yield f"{column.name} is too long"
        if longest is not None and column.name not in AS_SENT and not is_one_line(value or ""):
            yield f"{column.name} has characters that nobody sees"
    if len(row.get("text", "")) > REVIEW_LENGTH or several_lines(row.get("text", "")) != row.get("text", ""):
        yield "a review that was not cleaned"
    if is_reserved(row.get("name", "")):
        yield "a name of the staff"
    if not 1 <= row.get("stars", 1) <= 5 or not 1 <= row.get("quantity", 1) <= MOST_OF_AN_ITEM:
        yield "a number out of bounds"
    if "email" in row and not _is_address(row["email"]):
        yield "no address"
    if "event" in row:
        decode(row["event"].encode())


def _is_address(text: str) -> bool:
    try:
        check_address(text)
    except InvalidAddress:
        return False
    return True
