"""Cells that are ids: kept to the letter, and told apart."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from bootstrap.read.ids import Ids
from bootstrap.read.own_history import read_own_history
from bootstrap.read.own_shop import OwnFiles, read_listings, read_own_shop
from bootstrap.read.rows import UnusableRow
from online_models.schema.own_visitors import visitor_of
from tests.shop_ids import ODD_IDS, shop_ids


def a_catalog(path: Path, ids: Any) -> Path:
    rows = [{"id": item, "title": "Red Mug", "price": 1} for item in ids]
    if path.suffix == ".json":
        path.write_text(json.dumps(rows))
    elif path.suffix == ".parquet":
        pd.DataFrame(rows).to_parquet(path)
    else:
        pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", ["shop.json", "shop.parquet"])
def test_any_text_is_an_id_and_none_is_taken_for_another(tmp_path: Path, name: str) -> None:
    listings, bad = read_listings(a_catalog(tmp_path / name, ODD_IDS), {}, "GBP")

    assert [listing.item for listing in listings] == list(ODD_IDS)
    assert bad == []


def test_in_delimited_text_blanks_around_a_cell_are_not_of_the_id(tmp_path: Path) -> None:
    ids = [item for item in ODD_IDS if item == item.strip()]

    listings, bad = read_listings(a_catalog(tmp_path / "shop.csv", ids), {}, "GBP")

    assert ([listing.item for listing in listings], bad) == (ids, [])


@given(shop_ids)
def test_a_cell_of_text_is_the_id_as_it_is(item: str) -> None:
    assert Ids().item(item) == (item if item.strip() else "")


@pytest.mark.parametrize("item", ["a\tb", "a\x00", "a\x85", "a\u2028b", "\u202ea", "\u2066a", "x" * 129, "a\ud800"])
def test_what_is_no_id_makes_a_bad_row(item: str) -> None:
    with pytest.raises(UnusableRow, match="item id"):
        Ids().item(item)


def test_whole_numbers_of_a_float_column_are_whole_and_are_reported(tmp_path: Path) -> None:
    catalog = a_catalog(tmp_path / "shop.parquet", [22423.0, 7.5, 8.0])

    shop = read_own_shop(OwnFiles(catalog))

    assert {listing.item for listing in shop.listings} == {"22423", "7.5", "8"}
    assert shop.float_ids == {"shop.parquet": {"item": 2}}


def test_whole_numbers_beside_a_gap_are_not_rounded(tmp_path: Path) -> None:
    ids = [2**53 + 1, None, 2**53]
    for name in ("shop.json", "shop.parquet"):
        path = a_catalog(tmp_path / name, ids)
        if name == "shop.parquet":
            table = pd.DataFrame({"id": pd.array(ids, "Int64"), "title": "Red Mug", "price": 1})
            table.to_parquet(path)
        listings, bad = read_listings(path, {}, "GBP")
        assert [listing.item for listing in listings] == ["9007199254740993", "9007199254740992"]
        assert [(row.number, row.reason) for row in bad] == [(2, "no item id")]


@pytest.mark.parametrize("cell", [float(2**53), np.float64(-(2**60))])
def test_a_float_that_may_have_been_rounded_is_no_id(cell: object) -> None:
    with pytest.raises(UnusableRow, match="rounded"):
        Ids().item(cell)


def test_a_history_has_the_shops_own_visitors(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    names = ["ann@example.com", "customer-7", "1", "1.0", "NaN", ""]
    path.write_text(json.dumps([{"time": 1, "user": name, "item": "a/b"} for name in names]))

    history, bad = read_own_history(path, {}, frozenset({"a/b"}), None, 100)

    assert history["visitor"].tolist() == [visitor_of(name) for name in names[:4]]
    assert [row.reason for row in bad] == ["no visitor", "no visitor"]


def test_a_group_is_an_id_too(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    row = {"title": "Red Mug", "price": 1}
    path.write_text(json.dumps([row | {"id": "gid://1 "}, row | {"id": "2", "parent_id": "gid://1 "}]))

    listings, _ = read_listings(path, {}, "GBP")

    assert [listing.group for listing in listings] == ["", "gid://1 "]
