"""Files are written whole or not at all."""

import json
from pathlib import Path

import pandas as pd
import pytest

from bootstrap.publish.files import write_json, write_table, write_text


def test_folders_are_made_and_the_text_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "report.html"
    write_text(path, "café")
    assert path.read_text(encoding="utf-8") == "café"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_table_and_json_are_read_back(tmp_path: Path) -> None:
    table = pd.DataFrame({"item": ["a", "b"], "price": [1, 2]})
    write_table(tmp_path / "t.parquet", table)
    write_json(tmp_path / "c.json", {"rows": [1, 2]})
    assert pd.read_parquet(tmp_path / "t.parquet").equals(table)
    assert json.loads((tmp_path / "c.json").read_text()) == {"rows": [1, 2]}


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "cleaning.json"
    write_json(path, {"good": 1})
    with pytest.raises(TypeError):
        write_json(path, {"bad": object()})
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert json.loads(path.read_text()) == {"good": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["cleaning.json"]
