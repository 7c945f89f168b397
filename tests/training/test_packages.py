"""Finding TensorFlow without importing it."""

import subprocess
import sys
from pathlib import Path

import pytest

from training import packages


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_a_folder_with_it_is_added_once_and_last(tmp_path: Path) -> None:
    (tmp_path / "tensorflow").mkdir()
    before = list(sys.path)
    assert packages.make_importable(tmp_path)
    assert packages.make_importable(tmp_path)
    assert sys.path == [*before, str(tmp_path)]


def test_where_it_is_not_there_nothing_changes(tmp_path: Path) -> None:
    before = list(sys.path)
    code = (
        "import sys, pathlib; from training import packages; print(packages.make_importable(pathlib.Path(sys.argv[1])))"
    )
    answer = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
    assert sys.path == before
