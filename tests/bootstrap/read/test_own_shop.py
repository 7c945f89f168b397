"""A catalog of one's own: any common form, each bad row named, a hopeless file refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.own_shop import OwnFiles, read_listings, read_own_shop

ROWS = [
    {"id": "a1", "name": "Red Mug", "price": "4.50", "category": "Kitchen"},
    {"id": "a2", "name": "Blue Mug", "price": "5", "category": "Kitchen"},
    {"id": "a3", "name": "Lamp, tall", "price": "1,299.00", "category": "Light"},
]


def as_delimited(separator: str) -> str:
    lines = [separator.join(ROWS[0])]
    lines += [separator.join(f'"{value}"' for value in row.values()) for row in ROWS]
    return "\n".join(lines) + "\n"


def write_parquet(path: Path) -> None:
    pd.DataFrame(ROWS).to_parquet(path)


WRITERS: dict[str, Callable[[Path], object]] = {
    "shop.csv": lambda path: path.write_text(as_delimited(",")),
    "shop.tsv": lambda path: path.write_text(as_delimited("\t")),
    "shop.csv.gz": lambda path: path.write_bytes(gzip.compress(as_delimited(",").encode())),
    "shop.json": lambda path: path.write_text(json.dumps(ROWS)),
    "nested.json": lambda path: path.write_text(json.dumps({"products": ROWS, "total": 3})),
    "shop.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, ROWS))),
    "shop.jsonl.gz": lambda path: path.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode())),
    "shop.parquet": write_parquet,
    "marked.csv": lambda path: path.write_bytes(b"\xef\xbb\xbf" + as_delimited(",").encode()),
}


def a_csv(tmp_path: Path, *lines: str, name: str = "shop.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", WRITERS)
def test_every_form_reads_alike(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)

    listings, bad = read_listings(tmp_path / name, {}, "GBP")

    assert [(listing.item, listing.title, listing.price, listing.category) for listing in listings] == [
        ("a1", "Red Mug", 450, "Kitchen"),
        ("a2", "Blue Mug", 500, "Kitchen"),
        ("a3", "Lamp, tall", 129_900, "Light"),
    ]
    assert bad == []


def test_bad_rows_are_named_with_number_and_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = a_csv(
        tmp_path,
        "id,name,price",
        "a1,Red Mug,4.50",
        ",No Id,1.00",
        "a\u202e3,Turned id,1.00",
        "a4,,1.00",
        "a5,No price,",
        "a6,Odd price,cheap",
        "",
        "a8,Minus,-3",
        "a1,Again,2.00",
        "a10,Green Mug,£3.20",
    )

    listings, bad = read_listings(path, {}, "GBP")

    assert [listing.item for listing in listings] == ["a1", "a10"]
    assert {row.number: row.reason for row in bad} == {
        2: "no item id",
        3: "item id 'a\\u202e3' must be up to 128 characters, without control characters or turns of direction",
        4: "no title",
        5: "no price",
        6: "price 'cheap' is not a price",
        8: "price '-3' is not a price",
        9: "item a1 stands in row 1 already",
    }


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("4.5", 450),
        ("£4.50", 450),
        ("1,299.00", 129_900),
        ("1.299,00", 129_900),
        ("12,5", 1250),
        ("$ 7", 700),
        ("Rs. 1,234", 123_400),
    ],
)
def test_prices_are_read_as_people_write_them(tmp_path: Path, text: str, pence: int) -> None:
    path = a_csv(tmp_path, "id\tname\tprice", f"a\tMug\t{text}", name="shop.tsv")

    assert read_listings(path, {}, "GBP")[0][0].price == pence


def test_a_currency_without_minor_units_is_not_multiplied(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "id,name,price", "a,Mug,500")

    assert read_listings(path, {}, "JPY")[0][0].price == 500


def test_columns_can_be_mapped(tmp_path: Path) -> None:
    path = a_csv(tmp_path, " Kennung , Bezeichnung , Preis ", "a,Mug,2.00")

    listings, _ = read_listings(path, {"item": "Kennung", "title": "bezeichnung", "price": "Preis"}, "EUR")

    assert listings[0].title == "Mug"


@pytest.mark.parametrize(
    ("mapped", "message"),
    [
        ({"title": "Nothing"}, "has no column 'Nothing'; it has id, label, price"),
        ({"titel": "label"}, "no column to map called 'titel'"),
        ({}, "no column for title; it has id, label, price.*--map title=COLUMN"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, mapped: dict[str, str], message: str) -> None:
    path = a_csv(tmp_path, "id,label,price", "a,Mug,2.00")

    with pytest.raises(UnusableFile, match=message):
        read_listings(path, mapped, "GBP")


def test_one_price_for_all_where_there_is_no_column(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "id,name", "a,Book")

    assert read_listings(path, {}, "GBP", 999)[0][0].price == 999
    with pytest.raises(UnusableFile, match="--price"):
        read_listings(path, {}, "GBP")


def test_lists_addresses_and_category_paths_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    row = {
        "id": 7,
        "title": "Shoe",
        "price": 10.5,
        "category": '["Clothing >> Women\'s Clothing >> Shoes"]',
        "tags": ["red", "leather"],
        "images": ["https://example.org/a.jpg", "https://example.org/b.jpg"],
    }
    path.write_text(json.dumps([row]))

    listing = read_listings(path, {}, "USD")[0][0]

    assert (listing.item, listing.category, listing.words) == ("7", "Clothing", "red leather")
    assert listing.picture == "https://example.org/a.jpg"


@pytest.mark.parametrize("picture", ["javascript:alert(1)", "data:text/html,x", "picture.jpg", ""])
def test_only_web_addresses_are_pictures(tmp_path: Path, picture: str) -> None:
    path = a_csv(tmp_path, "id,name,price,image", f'a,Mug,1,"{picture}"')

    assert read_listings(path, {}, "GBP")[0][0].picture == ""


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("shop.csv", b"", "no rows"),
        ("shop.csv", b"id,name,price\n", "no rows"),
        ("shop.csv", b"\xff\xfe\x00broken", "damaged"),
        ("shop.json", b"{", "damaged"),
        ("shop.json", b'"text"', "list of objects"),
        ("shop.json.gz", b"not gzip", "cannot be read|damaged"),
        ("shop.parquet", b"not parquet", "damaged"),
        ("shop.xlsx", b"", "must end in"),
        ("shop", b"", "must end in"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnusableFile, match=message):
        read_listings(tmp_path / name, {}, "GBP")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="is not there"):
        read_listings(tmp_path / "none.csv", {}, "GBP")


def test_a_file_with_too_many_bad_rows_is_refused_unless_allowed(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "id,name,price", "a1,Mug,1", "a2,,1", "a3,,1")

    with pytest.raises(UnusableFile, match="2 of 3 rows cannot be used, more than the 50% allowed"):
        read_own_shop(OwnFiles(path))
    assert len(read_own_shop(OwnFiles(path, most_bad=0.9)).listings) == 1


def test_a_file_without_one_usable_row_is_refused(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "id,name,price", "a1,,1")

    with pytest.raises(UnusableFile, match="no usable row"):
        read_own_shop(OwnFiles(path, most_bad=1.0))


def test_a_history_orders_the_catalog_and_bad_rows_of_it_are_named(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "id,name,price", "a1,Mug,1", "a2,Lamp,1")
    history = a_csv(
        tmp_path,
        "time,user,product_id,event,rating",
        "2020-01-01T10:00:00Z,u1,a2,purchase,2",
        "1577872900,u1,a2,view,",
        "1577872800000,u2,a1,pv,",
        "2020-01-03,u2,a2,rating,4",
        "yesterday,u2,a2,view,",
        "2020-01-03,u2,a9,view,",
        "2020-01-03,u2,a2,sniff,",
        "2020-01-03,u2,a2,rating,9",
        "2020-01-03,u\u202e2,a2,view,",
        name="history.csv",
    )

    shop = read_own_shop(OwnFiles(path, history=history, most_bad=0.6))

    assert [(listing.item, listing.sold, listing.orders) for listing in shop.listings] == [("a2", 2, 3), ("a1", 0, 1)]
    assert shop.history["kind"].tolist() == ["purchase", "view", "view", "rating"]
    assert shop.history["at"].tolist() == [1577872800.0, 1577872800.0, 1577872900.0, 1578009600.0]
    assert [row.number for row in shop.bad_rows["history.csv"]] == [5, 6, 7, 8, 9]


def test_what_google_merchant_feeds_have_is_carried(tmp_path: Path) -> None:
    names = "id title price description brand availability image_link additional_image_link item_group_id delivery"
    row = ["s1", "Linen Shirt", "15.00 GBP", "For summer.", "Loom", "out_of_stock", "https://a.example/1.jpg"]
    more = "https://a.example/2.jpg,https://a.example/3.jpg"
    cells = "\t".join([*row, more, "shirt", "Two days"])
    path = a_csv(tmp_path, names.replace(" ", "\t"), cells, name="shop.tsv")

    ((listing,), bad) = read_listings(path, {}, "GBP")

    assert bad == []
    assert (listing.price, listing.description, listing.brand) == (1500, "For summer.", "Loom")
    assert (listing.availability, listing.delivery, listing.group) == ("out_of_stock", "Two days", "shirt")
    assert listing.picture == "https://a.example/1.jpg"
    assert listing.pictures == ("https://a.example/2.jpg", "https://a.example/3.jpg")


def test_rows_of_other_variants_inherit_from_the_product_above_them(tmp_path: Path) -> None:
    path = a_csv(
        tmp_path,
        "name,description,facets,optionValues,sku,price,stockOnHand",
        "Laptop,Snappy.,category:Electronics|brand:Apple,13 inch|8GB,L1,1299.00,100",
        ",,,15 inch|8GB,L2,1399.00,0",
        "Mouse,,category:Electronics,,M,5.00,",
        ",,,,M2,6.00,1",
    )

    listings, bad = read_listings(path, {}, "GBP")

    assert [(one.item, one.title, one.price, one.availability) for one in listings] == [
        ("L1", "Laptop", 129_900, "in_stock"),
        ("L2", "Laptop", 139_900, "out_of_stock"),
        ("M", "Mouse", 500, None),
    ]
    assert [(one.group, one.variant) for one in listings] == [("", "13 inch, 8GB"), ("L1", "15 inch, 8GB"), ("", "")]
    assert [(one.brand, one.category, one.description) for one in listings[:2]] == [
        ("Apple", "Electronics", "Snappy.")
    ] * 2
    assert [row.reason for row in bad] == ["no title"]


def test_a_row_below_a_bad_one_belongs_to_nothing(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "name,variant,sku,price", "Mug,,m,1.00", "Laptop,8GB,,9.00", ",16GB,L2,9.00", "Cup,,c,2.00")

    listings, bad = read_listings(path, {}, "GBP")

    assert [listing.item for listing in listings] == ["m", "c"]
    assert [row.number for row in bad] == [2, 3]
