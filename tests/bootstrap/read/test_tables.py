"""Tables of every kind give the same cells; what cannot be read says why."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.tables import Table, named_format, read_table

ROWS = [{"id": "a1", "name": "Red Mug"}, {"id": "a2", "name": "Blue Mug"}]


def find(names: Sequence[str]) -> Mapping[str, int]:
    return {"title": list(names).index("name"), "item": list(names).index("id")}


def cells(table: Table) -> list[dict[str, object]]:
    return list(table.rows())


WRITERS: dict[str, Callable[[Path], object]] = {
    "a.csv": lambda path: path.write_text("id,name\na1,Red Mug\na2,Blue Mug\n"),
    "a.txt.gz": lambda path: path.write_bytes(gzip.compress(b"id;name\na1;Red Mug\na2;Blue Mug\n")),
    "a.json": lambda path: path.write_text(json.dumps(ROWS)),
    "nested.JSON": lambda path: path.write_text(json.dumps({"total": 2, "products": ROWS})),
    "a.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, ROWS)) + "\n"),
    "a.ndjson.gz": lambda path: path.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode())),
    "unnamed.json.gz": lambda path: path.write_text(json.dumps(ROWS)),
    "a.parquet": lambda path: pd.DataFrame(ROWS).to_parquet(path),
    "a.pq": lambda path: pd.DataFrame(ROWS).rename(columns={"id": " id "}).to_parquet(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_reads_alike(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    table = read_table(tmp_path / name, find)
    assert cells(table) == [{"title": "Red Mug", "item": "a1"}, {"title": "Blue Mug", "item": "a2"}]
    assert table.names == {"title": "name", "item": "id"}
    assert len(table) == 2
    assert table.bad == []


def test_values_keep_their_types_where_the_kind_has_types(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": 7, "name": ["red", "mug"]}]')
    assert cells(read_table(path, find)) == [{"title": ["red", "mug"], "item": 7}]


def test_lines_of_json_may_say_different_things(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "colour": "red"}\n\n{"id": "b", "name": "Mug"}\n')
    rows = cells(read_table(path, find))
    assert [row["item"] for row in rows][::2] == ["a", "b"]
    assert rows[2]["title"] == "Mug"


def test_rows_that_are_not_whole_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\na1,Red Mug\nlost\na2,Blue Mug\n")
    table = read_table(path, find)
    assert table.lines.tolist() == [2, 4]
    assert [row.number for row in table.bad] == [3]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{", "damaged"),
        ("a.json", b'{"one": [], "two": []}', "one such list"),
        ("a.json", b'["text"]', "list of objects"),
        ("a.json", b"[]", "has no rows"),
        ("a.jsonl", b'{"id": 1}\nnot json\n', "damaged"),
        ("a.json", b"\xff\xfe", "damaged"),
        ("a.parquet", b"PAR1", "damaged"),
        ("a.csv", b"id,name\n", "has no rows"),
        ("a.csv.gz", gzip.compress(b"id,name\n" + b"a,Mug\n" * 9_000, mtime=0)[:80], "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableFile, match=message):
        read_table(tmp_path / name, find)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="is not there"):
        read_table(tmp_path / "a.csv", find)
    with pytest.raises(UnusableFile, match="is not a file"):
        read_table(tmp_path, find)


def test_a_name_promises_a_layout() -> None:
    assert named_format(Path("shop.csv")).separator == ","
    assert named_format(Path("SHOP.TSV.GZ")).separator == "\t"
    assert named_format(Path("shop.parquet")).separator is None
    for name in ("shop", "shop.xlsx", "shop.gz"):
        with pytest.raises(UnusableFile, match="must end in"):
            named_format(Path(name))
