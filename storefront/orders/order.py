"""One order, its lines, and its number. Values alone: no store, no page."""

import re
import secrets
from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF = 5
_NUMBER = re.compile(rf"[{_LETTERS}]{{{_HALF}}}-[{_LETTERS}]{{{_HALF}}}\Z")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product of an order, as it was sold. ``price`` is for one of them, in pennies."""

    item: ItemId
    title: str
    price: int
    quantity: int

    @property
    def sum(self) -> int:
        """What the line costs, in pennies."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Order:
    """What a visitor bought at once. ``placed_at`` is in Unix seconds."""

    number: str
    visitor: VisitorId
    placed_at: float
    currency: str
    lines: tuple[OrderLine, ...]

    @property
    def total(self) -> int:
        """What all lines cost, in pennies."""
        return sum(line.sum for line in self.lines)

    @property
    def items(self) -> tuple[ItemId, ...]:
        """The products that were bought."""
        return tuple(line.item for line in self.lines)

    @property
    def count(self) -> int:
        """How many items were bought."""
        return sum(line.quantity for line in self.lines)


def new_number() -> str:
    """Return an order number: ten random letters and digits, none of which look alike.

    >>> is_number(new_number())
    True
    """
    halves = ("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2))
    return "-".join(halves)


def is_number(text: str) -> bool:
    """Return whether a text has the form of an order's number.

    >>> is_number("7K2M9-QXD4T"), is_number("7K2M9"), is_number("7k2m9-qxd4t")
    (True, False, False)
    """
    return _NUMBER.match(text) is not None
