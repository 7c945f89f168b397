"""Cells that are ids: every character counts, and no two ids become one."""

import math
from collections import Counter

import msgspec
import numpy as np

from bootstrap.read.rows import UnusableRow, text_of
from online_models.schema.events import Item
from online_models.schema.own_visitors import InvalidId, visitor_of

_EXACT = float(2**53)
"""Whole numbers from here on may have been rounded where they are floats."""

_WORDS_FOR_NOBODY = frozenset({"nan", "none", "null", "<na>"})


class Ids:
    """Reads the ids of a file, and counts those that its columns of floats hold.

    Attributes
    ----------
    floats
        By field, how many whole numbers came with a decimal point and were read without it.
    """

    def __init__(self) -> None:
        self.floats: Counter[str] = Counter()

    def item(self, cell: object) -> str:
        """Return the item that a cell names, empty if it names none. Raises `UnusableRow`."""
        item = self._text("item", cell)
        try:
            msgspec.convert(item or "none", Item)
            item.encode()
        except (msgspec.ValidationError, UnicodeEncodeError):
            raise UnusableRow(
                f"item id {item[:80]!r} must be up to 128 characters, without control characters or turns of direction"
            ) from None
        return item

    def visitor(self, cell: object) -> str:
        """Return the visitor whom a cell names, as the product keeps them. Raises `UnusableRow`."""
        own = self._text("visitor", cell)
        if not own or own.strip().lower() in _WORDS_FOR_NOBODY:
            raise UnusableRow("no visitor")
        try:
            return visitor_of(own)
        except InvalidId as error:
            raise UnusableRow(f"visitor {own[:80]!r}: {error}") from None

    def _text(self, field: str, cell: object) -> str:
        if isinstance(cell, str):
            return cell if cell.strip() else ""
        if isinstance(cell, float | np.floating) and math.isfinite(cell) and float(cell).is_integer():
            if not -_EXACT < cell < _EXACT:
                raise UnusableRow(f"{field} id {cell!r} is a float that may have been rounded: write it as text")
            self.floats[field] += 1
        return text_of(cell)
