"""A notebook's cells run as in Jupyter: in order, in one namespace, with what they print and their last value."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bootstrap.report.charts import Chart
from tests.steps.notebook import data_of, main, read_notebook, run, write_notebook


def a_notebook(*sources: str) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{number}",
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for number, text in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def outputs(*sources: str) -> list[list[dict[str, Any]]]:
    return [cell["outputs"] for cell in run(a_notebook(*sources))["cells"]]


def test_cells_share_their_names() -> None:
    assert outputs("a = 6", "def f():\n    return 7 * a", "f()")[2][0]["data"] == {"text/plain": ["42"]}


def test_what_is_printed_comes_before_the_value() -> None:
    printed, value = outputs("print('one\\ntwo')\n3")[0]
    assert (printed["output_type"], printed["text"]) == ("stream", ["one\n", "two\n"])
    assert (value["output_type"], value["execution_count"]) == ("execute_result", 1)


@pytest.mark.parametrize("source", ["", "a = 1", "None", "# nothing", "import sys"])
def test_a_cell_without_a_value_shows_nothing(source: str) -> None:
    assert outputs(source) == [[]]


def test_text_cells_stay_as_they_are_and_are_not_counted() -> None:
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": ["# Title"]}
    notebook = a_notebook("1")
    notebook["cells"].insert(0, text)
    first, second = run(notebook)["cells"]
    assert (first, second["execution_count"]) == (text, 1)


def test_tables_and_charts_are_shown_in_their_own_way() -> None:
    table = data_of(pd.DataFrame({"n": [1]}))
    assert table["text/plain"] == ["   n\n", "0  1"]
    assert "".join(table["text/html"]).count("<td>1</td>") == 1
    assert data_of(Chart("Sales", "<svg/>"))["image/svg+xml"] == ["<svg/>"]


def test_an_error_stops_the_run_and_names_the_cell() -> None:
    with pytest.raises(ZeroDivisionError) as error:
        outputs("1", "1 / 0", "2")
    assert error.traceback[-1].path == "<cell 2>"


def test_a_notebook_survives_being_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    write_notebook(path, a_notebook("'£'"))
    written = path.read_text(encoding="utf-8")
    assert "£" in written
    write_notebook(path, read_notebook(path))
    assert path.read_text(encoding="utf-8") == written


def test_the_command_renews_the_outputs_in_place_or_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    write_notebook(here, a_notebook("6 * 7"))
    before = here.read_text(encoding="utf-8")
    main([str(here), "--to", str(there)])
    assert here.read_text(encoding="utf-8") == before
    assert read_notebook(there)["cells"][0]["outputs"][0]["data"]["text/plain"] == ["42"]
    main([str(here)])
    assert here.read_text(encoding="utf-8") == there.read_text(encoding="utf-8")
