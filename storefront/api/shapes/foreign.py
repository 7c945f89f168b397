"""What a foreign event says, whatever system wrote it, and why one cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]


class Unreadable(ValueError):
    """It is no event of this shape. The text says why; ``path`` names the field, if one is wrong."""

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(why)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignItem:
    """One product of a foreign event. ``price`` is per unit, in the smallest unit of its currency."""

    item: str
    quantity: int = 1
    price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEvent:
    """What a foreign event says.

    Attributes
    ----------
    kinds
        Of the events that it becomes.
    visitor
        The shop's own id.
    event_id
        The sender's, if there is one.
    account
        Whom the visitor turned out to be.
    """

    kinds: tuple[str, ...]
    visitor: str
    event_id: str = ""
    occurred_at: float | None = None
    items: tuple[ForeignItem, ...] = ()
    ranking_id: str = ""
    surface: str = ""
    query: str = ""
    order: str = ""
    stars: int | None = None
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeEvent:
    """An event in this product's own fields, with the shop's id of its visitor."""

    visitor: str
    fields: dict[str, Any] = field(default_factory=dict)
