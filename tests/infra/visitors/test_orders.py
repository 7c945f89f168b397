"""Orders of the history, for simulated shoppers to follow."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infra.visitors.orders import ENOUGH, group_orders, read_orders

JULY, DECEMBER = 1_499_000_000.0, 1_512_200_000.0


def row(order: str, item: str = "mug", **changes: object) -> dict[str, object]:
    fields: dict[str, object] = {"visitor": "c1", "item": item, "order": order, "quantity": 2, "price": 295, "at": JULY}
    return {**fields, **changes}


def write(tmp_path: Path, *rows: dict[str, object]) -> Path:
    path = tmp_path / "history.parquet"
    pq.write_table(pa.Table.from_pylist([{"kind": "purchase", **row} for row in rows]), path)
    return path


def test_lines_of_an_order_come_together_in_the_order_of_their_first() -> None:
    orders = group_orders([row("o1"), row("o2", "lamp"), row("o1", "plate")])
    assert [[line.item for line in order.lines] for order in orders] == [["mug", "plate"], ["lamp"]]


def test_an_order_is_one_customers_and_one_without_a_number_is_of_one_time() -> None:
    orders = group_orders([row("o1"), row("o1", visitor="c2"), row("", at=1.0), row("", at=1.0), row("", at=2.0)])
    assert [len(order.lines) for order in orders] == [1, 1, 2, 1]


def test_a_price_that_is_not_known_is_none() -> None:
    (order,) = group_orders([row("o1", price=-1)])
    assert order.lines[0].price is None


def test_shoppers_buy_what_is_in_season_if_there_is_enough_of_it(tmp_path: Path) -> None:
    july = [row(f"j{number}") for number in range(ENOUGH)]
    path = write(tmp_path, *july, row("d1", "star", at=DECEMBER))
    assert len(read_orders(path, date(2026, 7, 1))) == ENOUGH
    assert len(read_orders(path, date(2026, 12, 1))) == ENOUGH + 1


def test_only_purchases_are_followed(tmp_path: Path) -> None:
    path = write(tmp_path, row("o1"), row("o2", kind="view"))
    assert len(read_orders(path, date(2026, 7, 1))) == 1


def test_without_a_history_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(match="riverfront bootstrap"):
        read_orders(tmp_path / "none.parquet", date(2026, 7, 1))
