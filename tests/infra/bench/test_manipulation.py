"""The cost of moving a list, in made-up shops of a few products."""

import json
from typing import Any

import pytest
from rich.console import Console

from infra.bench.manipulation import ALTERNATING, NETWORKS, measure_manipulation, table_of
from infra.stack.display import Display


def measured(items: int, events: int, visitors: int, seed: int = 7) -> dict[str, Any]:
    return measure_manipulation(None, items, events, visitors, seed, Display(Console(quiet=True)))


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return measured(60, 1_500, 40)


def cheapness(cookies: int | None) -> float:
    return float("inf") if cookies is None else cookies


def test_a_network_each_is_never_dearer_than_one_network_and_to_be_first_never_cheaper_than_a_place(
    report: dict[str, Any],
) -> None:
    one, ten, each = NETWORKS
    for row in report["costs"]:
        assert cheapness(row[each]["up"]) <= cheapness(row[ten]["up"]) <= cheapness(row[one]["up"]), row
        for name in NETWORKS:
            assert cheapness(row[name]["up"]) <= cheapness(row[name]["first"])


def test_all_lists_are_measured_from_several_places_and_from_none(report: dict[str, Any]) -> None:
    places: dict[str, set[int | None]] = {}
    for row in report["costs"]:
        places.setdefault(row["list"], set()).add(row["from_place"])
    assert {"Trending", "newcomers'", "Top rated"} < set(places)
    assert places["Trending"] >= {None, 2, 5, 10}
    assert places["newcomers'"] >= {None, 2, 5, 10, 20}
    assert None in places["Top rated"]


def test_one_cookie_gets_no_further_by_coming_back(report: dict[str, Any]) -> None:
    once, often = ALTERNATING
    assert report["one_cookie_in_turns"]
    for row in report["one_cookie_in_turns"]:
        assert row[f"place_after_{once}_views"] == row[f"place_after_{often}_views"]


def test_the_same_seed_gives_the_same_figures() -> None:
    assert json.dumps(measured(12, 100, 4)) == json.dumps(measured(12, 100, 4))


def test_the_table_has_a_line_for_each_row_and_says_what_the_shop_was(report: dict[str, Any]) -> None:
    table = table_of(report)
    rows = [line for line in table.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(report["costs"])
    assert len({line.count("|") for line in rows}) == 1
    assert "60 products, 1500 events of history, then 40 visitors with 200 views" in table


@pytest.mark.parametrize("items", [1, 2, 3, 5])
@pytest.mark.parametrize(("events", "visitors"), [(0, 0), (3, 0), (0, 2)])
def test_a_tiny_shop_has_figures_too(items: int, events: int, visitors: int) -> None:
    report = measured(items, events, visitors)
    assert (report["products"], report["events_learned"]) == (items, events)
    assert table_of(report)
    assert len(report["one_cookie_in_turns"]) <= items
    if items == 1:
        assert report["one_cookie_in_turns"] == []
        assert "there are not two products" in table_of(report)


def test_a_shop_without_a_place_to_move_says_so() -> None:
    nothing = {"costs": [], "one_cookie_in_turns": [], "products": 1, "events_learned": 0}
    assert "too few products" in table_of({**nothing, "visitors_in_the_last_hour": 0})
