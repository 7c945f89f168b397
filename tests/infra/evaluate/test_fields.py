"""What the user says about columns, and what is found without a word."""

from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.evaluate.fields import USUAL, Layout, parse_mapping, read_fields


def test_pairs_may_come_together_or_one_by_one_and_fields_by_any_of_their_names() -> None:
    assert parse_mapping(["time=When, user = Who ", "sku=Thing", ""]) == {
        "timestamp": "When",
        "visitor": "Who",
        "item": "Thing",
    }


@pytest.mark.parametrize("text", ["item", "=x", "item=", "item==", "colour=x"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(CannotRun, match=r"looks like|no field"):
        parse_mapping([text] if text != "item==" else ["item="])


def test_no_name_of_a_column_means_two_fields() -> None:
    names = [name for usual in USUAL.values() for name in usual]
    assert len(names) == len(set(names))


def test_fields_are_read_and_others_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("colour,user_id,product_id\nred,u,a\n")
    table = read_fields(path, Layout(), ("visitor", "item"))
    assert table.names == {"visitor": "user_id", "item": "product_id"}
    assert table.cells["item"].tolist() == ["a"]


def test_where_nobody_is_named_sessions_are_the_visitors(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("sid,item\ns1,a\n")
    table = read_fields(path, Layout(), ("visitor", "item"))
    assert table.cells["visitor"].tolist() == table.cells["session"].tolist() == ["s1"]


def test_what_is_missing_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("who,what\nu,a\n")
    with pytest.raises(CannotRun, match=r"no column for visitor; it has who, what.*--columns visitor=COLUMN"):
        read_fields(path, Layout(), ("visitor",))
    with pytest.raises(CannotRun, match="is not there"):
        read_fields(tmp_path / "none.csv", Layout(), ())
