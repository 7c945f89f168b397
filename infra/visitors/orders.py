"""Real orders of the shop's history, for simulated shoppers to follow."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from infra.errors import CannotRun
from online_models.schema.events import ItemId

MAX_LINES = 12
"""Wholesale orders have hundreds of lines; a shopper follows this many of them at most."""

ENOUGH = 200
"""With fewer orders than this in the present month, orders of the whole year are followed."""

COLUMNS = ["visitor", "item", "order", "quantity", "price", "at"]


@dataclass(frozen=True, slots=True)
class PastOrderLine:
    """One line of an order; ``price`` per unit in pennies, None where it is not known."""

    item: ItemId
    quantity: int
    price: int | None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """What one customer bought at once."""

    customer: str
    lines: tuple[PastOrderLine, ...]


def read_orders(path: Path, today: date) -> list[PastOrder]:
    """Read the orders of this month, in any year, so that shoppers buy what is in season. Raises `CannotRun`."""
    if not path.exists():
        raise CannotRun(f"No orders to follow: {path} is not there. Run `riverfront bootstrap` first.")
    table = pq.read_table(path, columns=COLUMNS, filters=[("kind", "=", "purchase")])
    in_season = table.filter(pc.equal(pc.month(pc.cast(pc.cast(table["at"], "int64"), "timestamp[s]")), today.month))
    orders = group_orders(in_season.to_pylist())
    return orders if len(orders) >= ENOUGH else group_orders(table.to_pylist())


def group_orders(rows: list[dict[str, object]]) -> list[PastOrder]:
    """Put the lines of each order together, in the order of their first line.

    Lines of one visitor without an order's number belong together when they are of the same time.
    """
    lines: dict[tuple[str, str], list[PastOrderLine]] = {}
    for row in rows:
        price = int(str(row["price"]))
        line = PastOrderLine(ItemId(str(row["item"])), int(str(row["quantity"])), price if price >= 0 else None)
        lines.setdefault((str(row["visitor"]), str(row["order"] or row["at"])), []).append(line)
    return [PastOrder(customer, tuple(of_order)) for (customer, _), of_order in lines.items()]
