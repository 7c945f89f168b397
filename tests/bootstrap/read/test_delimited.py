"""Delimited text: separators and headers found or said, whole rows read, others named with their line."""

import gzip
from pathlib import Path

import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.delimited import Cells, DelimitedFile, TextFormat


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.txt"


def read(path: Path, text: str | bytes, layout: TextFormat | None = None) -> Cells:
    """Read the first two columns."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return DelimitedFile(path, layout or TextFormat()).read({"a": 0, "b": 1})


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "::", " "])
def test_the_separator_is_found_in_the_first_line(path: Path, separator: str) -> None:
    cells = read(path, "\n".join(separator.join(row) for row in (("x", "y"), ("1", "2"), ("3", "4"))))
    assert cells.by_field == {"a": ["1", "3"], "b": ["2", "4"]}


@pytest.mark.parametrize(("said", "text"), [("tab", "x\ty\n1\t2"), ("\\t", "x\ty\n1\t2"), ("pipe", "x|y\n1|2")])
def test_a_separator_can_be_said_in_words(path: Path, said: str, text: str) -> None:
    assert read(path, text, TextFormat(said)).by_field == {"a": ["1"], "b": ["2"]}


def test_a_separator_that_is_said_is_not_questioned(path: Path) -> None:
    cells = read(path, "x;y,z,w\n1;2,3,4\n", TextFormat(";"))
    assert cells.by_field == {"a": ["1"], "b": ["2,3,4"]}


def test_a_first_line_of_names_is_the_header_unless_numbers_name_the_columns(path: Path) -> None:
    text = "7,8\n9,10\n"
    assert read(path, text).by_field["a"] == ["9"]
    assert read(path, text, TextFormat(numbered=True)).by_field["a"] == ["7", "9"]
    assert read(path, text, TextFormat(header=False)).by_field["a"] == ["7", "9"]
    assert read(path, text, TextFormat(header=True, numbered=True)).by_field["a"] == ["9"]


def test_without_a_header_columns_are_numbered(path: Path) -> None:
    path.write_text("7,8\n")
    assert DelimitedFile(path, TextFormat(header=False)).names == ["0", "1"]


def test_rows_of_another_width_are_bad_and_say_how_wide_they_are(path: Path) -> None:
    cells = read(path, "x,y\n1,2\n3\n4,5,6\n7,8,,\n\n,\n")
    assert cells.by_field["a"] == ["1", "7", ""], "blank cells behind the last column do no harm"
    assert cells.bad == [(3, "the row has 1 cells, not 2"), (4, "the row has 3 cells, not 2")]


def test_ragged_rows_are_filled_and_cut_where_each_is_judged_by_itself(path: Path) -> None:
    cells = read(path, "x,y\n1\n\n2,3,4\n", TextFormat(ragged=True))
    assert cells.by_field == {"a": ["1", "", "2"], "b": ["", "", "3"]}
    assert cells.bad == []


def test_lines_are_counted_as_an_editor_counts_them(path: Path) -> None:
    cells = read(path, 'x,y\n"one\ntwo",2\n3,4\n')
    assert cells.by_field["a"] == ["one\ntwo", "3"]
    assert cells.lines == [3, 4]


def test_cells_lose_the_blanks_around_them_and_their_quotes(path: Path) -> None:
    assert read(path, 'x, y\n 1 , "two, or so" \n').by_field == {"a": ["1"], "b": ["two, or so"]}


def test_text_is_unpacked_whatever_its_name_is_and_its_mark_is_dropped(path: Path) -> None:
    cells = read(path, gzip.compress(b"\xef\xbb\xbfx,y\n1,2\n"))
    assert cells.by_field == {"a": ["1"], "b": ["2"]}
    assert DelimitedFile(path, TextFormat()).names == ["x", "y"]


def test_bytes_that_are_not_text_are_replaced_or_refused(path: Path) -> None:
    assert read(path, b"x,y\ncaf\xe9,2\n").by_field["a"] == ["caf\ufffd"]
    with pytest.raises(UnicodeDecodeError):
        read(path, b"x,y\ncaf\xe9,2\n", TextFormat(errors="strict"))


def test_an_empty_file_has_no_rows(path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"events\.txt has no rows"):
        read(path, "\n \n")


def test_one_column_may_be_two_fields(path: Path) -> None:
    path.write_text("x,y\n1,2\n")
    assert DelimitedFile(path, TextFormat()).read({"a": 1, "b": 1}).by_field == {"a": ["2"], "b": ["2"]}
