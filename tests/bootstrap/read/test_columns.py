"""Columns are found by what the user says, else by usual names; each is one field unless the user says otherwise."""

from pathlib import Path

import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.columns import find_columns, require_columns

PATH = Path("shop.csv")
USUAL = {"item": ("item", "sku", "id"), "title": ("title", "name"), "session": ("session", "id")}


def found(names: list[str], mapped: dict[str, str] | None = None, **options: tuple[str, ...]) -> dict[str, int]:
    return find_columns(names, PATH, USUAL, mapped or {}, **options)


def test_usual_names_are_found_in_any_case_and_with_any_signs() -> None:
    assert found(["Name:string", "S-K-U"]) == {"title": 0, "item": 1}


def test_the_first_usual_name_counts() -> None:
    assert found(["id", "item", "title"])["item"] == 1


def test_what_the_user_says_comes_first_and_its_column_is_taken() -> None:
    assert found(["sku", "name"], {"title": "SKU"}) == {"title": 0}
    assert found(["sku", "name"], {"title": "name", "item": "name"}) == {"title": 1, "item": 1}


def test_an_exact_name_goes_before_one_that_is_alike() -> None:
    assert found(["NAME", "name"], {"title": "name"})["title"] == 1


def test_a_number_names_a_column_unless_a_column_is_called_so() -> None:
    assert found(["x", "y"], {"title": "1"})["title"] == 1
    assert found(["1", "y"], {"title": "1"})["title"] == 0


def test_a_column_is_shared_only_where_it_may_be() -> None:
    assert "session" not in found(["id"])
    assert found(["id"], may_share=("session",)) == {"item": 0, "session": 0}


@pytest.mark.parametrize(
    ("mapped", "message"),
    [
        ({"title": "label"}, "shop.csv has no column 'label'; it has sku, name"),
        ({"title": "7"}, "has no column '7'"),
        ({"titel": "name"}, "no column to map called 'titel'; there are item, title, session"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapped: dict[str, str], message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        found(["sku", "name"], mapped)


def test_a_column_that_is_needed_is_asked_for_with_advice() -> None:
    names = [f"c{number}" for number in range(50)]
    with pytest.raises(UnusableFile) as error:
        require_columns({"item": 0}, ("item", "title"), names, PATH, "Say --map {field}=COLUMN.")
    assert "no column for title; it has c0, c1" in str(error.value)
    assert str(error.value).endswith("c39 …. Say --map title=COLUMN.")
