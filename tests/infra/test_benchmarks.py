"""The scripts behind docs/quality.md run on any file that ``riverfront evaluate`` takes."""

import ast
import importlib
from pathlib import Path

import pandas as pd
import pytest

from bootstrap.read.history import HISTORY_COLUMNS
from bootstrap.read.shop import ProductListing, ShopData
from infra.stack.display import Display


@pytest.fixture
def a_set(tmp_path: Path) -> str:
    lines = [f"v{event % 7},i{event * event % 5},{1_700_000_000 + 60 * event}" for event in range(120)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["who,item,time", *lines]))
    return f"tiny={file} --columns visitor=who -k 3"


def test_each_part_of_the_blend_is_left_out(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.leave_one_out").main([a_set])
    table = capsys.readouterr().out
    assert "**tiny**: 120 events" in table
    assert all(f"| {part} | " in table for part in ("nothing", "`transitions`", "`popularity`", "guard"))
    assert "`content`" not in table, "without a catalog it says nothing"


def test_day_one_weights_are_printed_as_the_module_has_them(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("benchmarks.day_one").main([a_set])
    table = capsys.readouterr().out.partition(" = ")[2].replace("ITEMS", "'items'")
    weights = ast.literal_eval(table)
    assert {len(weights.pop("items")), *map(len, weights.values())} == {6, 9}


def test_what_was_bought_is_searched_for_with_each_weight() -> None:
    benchmark = importlib.import_module("benchmarks.personal_search")
    colours = ("Red", "Blue", "Green", "White")
    listings = tuple(ProductListing(f"i{item}", f"{colours[item % 4]} Mug {item}", 100) for item in range(20))
    rows = [
        (f"v{row % 5}", f"i{(row * row + row // 5) % 20}", "purchase", 1, 100, f"o{row // 2}", 60.0 * row)
        for row in range(200)
    ]
    history = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
    searched = benchmark.search_again(ShopData("tiny", "GBP", listings, history), Display(), 10, 15)
    assert searched, "each mug is found by that word"
    assert all(1 <= place <= 20 for one in searched for place in one.positions)
    assert [line for line in benchmark.report(searched) if line.startswith("\nChosen on it: ")]
