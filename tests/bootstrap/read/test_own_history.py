"""A history of one's own: kinds, quantities, stars, prices and times as files write them."""

from pathlib import Path
from typing import Any

import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.own_history import read_own_history

ITEMS = frozenset({"a", "b"})


def read(tmp_path: Path, *lines: str, mapped: dict[str, str] | None = None, kind: str | None = None) -> Any:
    path = tmp_path / "history.csv"
    path.write_text("\n".join(lines) + "\n")
    return read_own_history(path, mapped or {}, ITEMS, kind, 100)


def test_rows_come_in_order_of_time_whatever_the_time_looks_like(tmp_path: Path) -> None:
    history, bad = read(
        tmp_path,
        "time,user,item",
        "2020-01-02,u,a",
        "1577836800,u,b",
        "1577836801000,u,a",
        "2020-01-01T02:00:00+02:00,v,b",
        "2020-01-01 00:00:05 UTC,v,a",
    )
    assert history["at"].tolist() == [1577836800.0, 1577836800.0, 1577836801.0, 1577836805.0, 1577923200.0]
    assert bad == []


def test_without_a_kind_rows_are_what_is_said_else_views(tmp_path: Path) -> None:
    lines = ("time,user,item", "2020-01-01,u,a")
    assert read(tmp_path, *lines)[0]["kind"].tolist() == ["view"]
    assert read(tmp_path, *lines, kind="purchase")[0]["kind"].tolist() == ["purchase"]
    with pytest.raises(UnusableFile, match="view, cart, purchase, rating or wish"):
        read(tmp_path, *lines, kind="sniff")


def test_a_value_is_a_quantity_or_stars(tmp_path: Path) -> None:
    history, _ = read(
        tmp_path,
        "time,user,item,event,value",
        "1,u,a,buy,3",
        "2,u,a,review,4.4",
        "3,u,a,fav,",
        "4,u,a,pv,0.2",
        "5,u,a,wishlist,",
    )
    assert history[["kind", "quantity"]].to_numpy().tolist() == [
        ["purchase", 3],
        ["rating", 4],
        ["cart", 1],
        ["view", 1],
        ["wish", 1],
    ]


def test_prices_are_in_the_smallest_unit_and_minus_one_where_there_is_none(tmp_path: Path) -> None:
    history, _ = read(tmp_path, "time,user,item,price,order_id", "1,u,a,4.5,o1", "2,u,a,,bad order")
    assert history["price"].tolist() == [450, -1]
    assert history["order"].tolist() == ["o1", ""]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,u\u202ev,a,view,1", "visitor 'u\\u202ev': an id has 1 to 128 characters"),
        ("1,,a,view,1", "no visitor"),
        ("1,u,z,view,1", "item 'z' is not in the catalog"),
        ("1,u,a,dance,1", "kind 'dance' is none of"),
        ("1,u,a,rating,", "rating '' is not 1 to 5"),
        ("1,u,a,rating,6", "rating '6' is not 1 to 5"),
        ("1,u,a,cart,0", "quantity '0' is out of bounds"),
        ("1,u,a,cart,many", "'many' is not a number"),
        ("1,u,a,cart,inf", "'inf' is not a number"),
        ("noon,u,a,view,1", "time 'noon' is neither"),
        ("-5,u,a,view,1", "time '-5' is out of bounds"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    history, bad = read(tmp_path, "time,user,item,event,value", "1,u,a,view,1", row, "2,u,b,view,1")
    assert history["item"].tolist() == ["a", "b"]
    assert [entry.number for entry in bad] == [2]
    assert bad[0].reason.startswith(reason)


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    history, bad = read(tmp_path, "time,user,item", "1,u,a", "", ",,", "2,u,b", "3,u,z")
    assert len(history) == 2
    assert [entry.number for entry in bad] == [5], "but counted"


def test_a_missing_column_says_how_to_map_it(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"no column for visitor; it has time, who, item.*--map-history visitor="):
        read(tmp_path, "time,who,item", "1,u,a")
    assert len(read(tmp_path, "time,who,item", "1,u,a", mapped={"visitor": "who"})[0]) == 1
