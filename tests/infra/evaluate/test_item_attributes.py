"""Category and brand of items: the first row that says anything counts."""

from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.evaluate.event_file import read_events
from infra.evaluate.fields import Layout
from infra.evaluate.item_attributes import read_catalog


def known(path: Path) -> dict[str, tuple[str, str]]:
    return {str(item): (said.category, said.brand) for item, said in read_catalog(path, Layout()).items()}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(text)
    return path


def test_the_first_that_is_said_counts_for_each_attribute(tmp_path: Path) -> None:
    path = write(tmp_path, "item,category,brand\na,,acme\na,toys,other\nb,,\n,lost,lost\n")
    assert known(path) == {"a": ("toys", "acme"), "b": ("", "")}


def test_a_catalog_may_name_items_only(tmp_path: Path) -> None:
    assert known(write(tmp_path, "item,title\na,Mug\n")) == {"a": ("", "")}


def test_a_catalog_needs_items(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no column for item"):
        known(write(tmp_path, "title\nMug\n"))


def test_events_say_something_of_their_items_if_they_have_such_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "visitor,item,category\nv,a,toys\nv,b,\n")
    said = {str(item): tuple(attribute) for item, attribute in read_events(path, Layout()).attributes.items()}
    assert said == {"a": ("toys", ""), "b": ("", "")}
    assert read_events(write(tmp_path, "visitor,item\nv,a\n"), Layout()).attributes == {}
