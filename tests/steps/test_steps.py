"""docs/steps.ipynb runs, without Kafka, Redis and Flask, and shows what its cells show today."""

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.steps.notebook import read_notebook, write_notebook

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "steps.ipynb"
SERVERS = ("kafka", "confluent_kafka", "redis", "flask", "flask_socketio", "socketio", "gevent", "sqlalchemy")
COMMITTED = read_notebook(NOTEBOOK)
SECONDS = 600.0


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The notebook as a new process runs it, in which nothing of a server can be imported."""
    path = tmp_path_factory.mktemp("steps") / "steps.ipynb"
    command = [sys.executable, "-W", "error", "-m", "tests.steps.notebook", str(NOTEBOOK), "--to", str(path)]
    ran = subprocess.run(
        [*command, "--without", *SERVERS], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return read_notebook(path)


def differences(cell: dict[str, Any], now: dict[str, Any]) -> str:
    """Return how the outputs of a cell differ from what it shows now, as lines."""
    before, after = (json.dumps(one.get("outputs", []), indent=1, ensure_ascii=False) for one in (cell, now))
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), "committed", "now", n=1))


def test_the_outputs_are_what_the_cells_show_today(fresh: dict[str, Any]) -> None:
    changed = {
        "".join(cell["source"]): differences(cell, now)
        for cell, now in zip(COMMITTED["cells"], fresh["cells"], strict=True)
        if cell != now
    }
    shown = "\n\n".join(f"{source}\n{difference}" for source, difference in changed.items())
    assert not changed, f"`make steps` renews the outputs, where these are right:\n\n{shown}"


def test_it_has_ten_steps_and_each_has_code_that_shows_something() -> None:
    steps: list[list[dict[str, Any]]] = []
    titles = []
    for cell in COMMITTED["cells"]:
        if found := re.match(r"## (\d+)\. ", "".join(cell["source"])):
            titles.append(int(found[1]))
            steps.append([])
        elif steps and cell["cell_type"] == "code":
            steps[-1].append(cell)
    assert titles == list(range(1, 11))
    assert [number for number, cells in zip(titles, steps, strict=True) if not any(c["outputs"] for c in cells)] == []


def test_it_is_written_as_jupyter_writes_it_and_stays_small(tmp_path: Path) -> None:
    write_notebook(tmp_path / "again.ipynb", COMMITTED)
    written = NOTEBOOK.read_text(encoding="utf-8")
    assert (tmp_path / "again.ipynb").read_text(encoding="utf-8") == written
    assert len(written) < 150_000
    assert len({cell["id"] for cell in COMMITTED["cells"]}) == len(COMMITTED["cells"])
