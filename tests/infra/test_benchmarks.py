"""The scripts behind docs/quality.md run on any file that ``riverfront evaluate`` takes."""

import ast
import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    lines = [f"v{event % 7},i{event * event % 5},{1_700_000_000 + 60 * event}" for event in range(120)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["who,item,time", *lines]))
    return f"tiny={file} --columns visitor=who -k 3"


def test_each_part_of_the_blend_is_left_out(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("leave_one_out").main([a_set])
    table = capsys.readouterr().out
    assert "**tiny**: 120 events" in table
    assert all(f"| {part} | " in table for part in ("nothing", "`transitions`", "`popularity`", "guard"))
    assert "`content`" not in table, "without a catalogue it says nothing"


def test_day_one_weights_are_printed_as_the_module_has_them(a_set: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("day_one").main([a_set])
    table = capsys.readouterr().out.partition(" = ")[2].replace("ITEMS", "'items'")
    weights = ast.literal_eval(table)
    assert {len(weights.pop("items")), *map(len, weights.values())} == {6, 9}
