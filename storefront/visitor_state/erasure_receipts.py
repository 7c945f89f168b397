"""What an erasure took away, and when: kinds and numbers, and nothing that says whose they were.

The shop keeps no receipt. It signs each, so that whoever has one can show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, func, literal, select, union_all

from online_models.schema.events import VisitorId
from storefront.database.tables import (
    accounts,
    basket_lines,
    dismissals,
    orders,
    preferences,
    reviews,
    second_factors,
    wishes,
)

Kind = Literal[
    "account",
    "two_step",
    "preferences",
    "orders",
    "ratings",
    "reviews",
    "basket",
    "wish_list",
    "dismissed",
    "viewed",
    "activity",
]

Scope = Literal["account", "recommendations"]


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """When something was erased (Unix seconds), how much of each kind, and what: an account, or what lists rest on."""

    erased_at: int
    counts: dict[Kind, int]
    scope: Scope = "account"


class ErasureReceipts:
    """Signs receipts, and reads them back.

    Parameters
    ----------
    keys
        The signing keys, oldest first: the last one signs, all are believed.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._serializer = URLSafeSerializer(list(keys), salt="erasure receipt")

    def sign(self, receipt: ErasureReceipt) -> str:
        """Return the receipt as a token for a URL."""
        token = self._serializer.dumps([receipt.erased_at, receipt.counts, receipt.scope])
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str) -> ErasureReceipt | None:
        """Return the receipt of a token; None if this shop did not sign it."""
        try:
            content: object = self._serializer.loads(token)
        except BadData:
            return None
        match content:
            case [int(erased_at), dict(counts), "account" | "recommendations" as scope]:
                known = {kind: counts[kind] for kind in get_args(Kind) if kind in counts}
                return ErasureReceipt(erased_at, known, scope)
        return None


def count_rows(connection: Connection, visitor: VisitorId) -> dict[Kind, int]:
    """Count what the database keeps of a visitor, by kind; kinds of which there is nothing are left out."""
    rows = connection.execute(_counts(visitor)).all()
    numbers = {row[0]: row[1] for row in rows if row[1]}
    return {kind: numbers[kind] for kind in get_args(Kind) if kind in numbers}


def _counts(visitor: VisitorId) -> CompoundSelect[Any]:
    def counted(kind: Kind, table: Table, *further: ColumnElement[bool]) -> Any:
        return select(literal(kind), func.count()).select_from(table).where(table.c.visitor == visitor, *further)

    return union_all(
        counted("account", accounts),
        counted("two_step", second_factors),
        counted("preferences", preferences),
        counted("orders", orders),
        counted("ratings", reviews),
        counted("reviews", reviews, reviews.c.text != ""),
        counted("basket", basket_lines),
        counted("wish_list", wishes),
        counted("dismissed", dismissals),
    )
