"""Event files of every kind become the same stream; what cannot be used is named."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from infra.errors import CannotRun
from infra.evaluate.event_file import EventFile, read_events
from infra.evaluate.fields import Layout, parse_mapping
from infra.evaluate.inputs import EvaluationOptions, read_inputs

Write = Callable[..., Path]

NOON = 1_700_000_000.0
TABLE = pd.DataFrame(
    {
        "timestamp": [NOON + 60, NOON, NOON + 60],
        "visitor": ["bob", "ann", "ann"],
        "item": [12, 11, 12],
        "kind": ["view", "purchase", "view"],
        "session": ["s2", "s1", "s1"],
    }
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_text(text: str, name: str = "events.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write_text


def read(path: Path, *columns: str, **layout: object) -> EventFile:
    return read_events(path, Layout(parse_mapping(columns), **layout))  # type: ignore[arg-type] # any of the fields


def told(file: EventFile) -> list[tuple[object, ...]]:
    return [(event.visitor, event.item, event.kind, event.at, event.session) for event in file.stream.feedbacks()]


EXPECTED = [
    ("ann", "11", "purchase", NOON, "s1"),
    ("bob", "12", "view", NOON + 60, "s2"),
    ("ann", "12", "view", NOON + 60, "s1"),
]


@pytest.mark.parametrize(
    ("name", "separator"),
    [("e.csv", ","), ("e.csv.gz", ","), ("e.tsv", "\t"), ("e.txt.gz", "\t"), ("e.dat", ";"), ("e", "|")],
)
def test_delimited_text_is_read_in_order_of_time(write: Write, name: str, separator: str) -> None:
    assert told(read(write(TABLE.to_csv(index=False, sep=separator), name))) == EXPECTED


def test_json_lines_are_read(write: Write) -> None:
    lines = "\n".join(json.dumps(row) for row in TABLE.to_dict("records"))
    assert told(read(write(lines, "events.jsonl"))) == EXPECTED
    assert told(read(write(lines, "events.jsonl.gz"))) == EXPECTED


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    table = TABLE.assign(timestamp=pd.to_datetime(TABLE["timestamp"], unit="s"), item=TABLE["item"].astype("float64"))
    table.to_parquet(tmp_path / "events.parquet")
    assert told(read(tmp_path / "events.parquet")) == EXPECTED


def test_a_separator_may_be_of_several_letters(write: Write) -> None:
    file = read(
        write("1::10::5::978300760\n1::20::3::978300761\n", "ratings.dat"),
        "visitor=0,item=1,rating=2,timestamp=3",
    )
    assert [(event.item, event.rating, event.reward) for event in file.stream.feedbacks()] == [
        ("10", 5.0, 5.0),
        ("20", 3.0, 1.0),
    ]


def test_columns_are_mapped_by_name_in_any_case(write: Write) -> None:
    path = write("SessionId\tThing\tWhen\n7\ta\t1700000000\n", "clicks.tsv")
    file = read(path, "timestamp=when,visitor=SessionId", "item=Thing")
    assert told(file) == [("7", "a", "view", NOON, "7")]


def test_the_usual_names_are_recognized(write: Write) -> None:
    path = write(
        "event_time,event_type,product_id,category_id,brand,user_id,user_session\n1700000000,cart,a,c1,b1,u,s\n"
    )
    file = read(path)
    assert told(file) == [("u", "a", "cart", NOON, "s")]
    assert {str(item): tuple(attribute) for item, attribute in file.attributes.items()} == {"a": ("c1", "b1")}


def test_columns_without_names_are_mapped_by_number(write: Write) -> None:
    path = write("ann,a,1700000000\nann,b,1700000001\n")
    assert len(read(path, "visitor=0,item=1,timestamp=2").stream) == 2
    assert len(read(path, "visitor=0,item=1,timestamp=2", header=False).stream) == 2


def test_numbers_may_name_columns_below_a_header_too(write: Write) -> None:
    assert len(read(write("who,what\nann,a\nann,b\n"), "visitor=0,item=1").stream) == 2


@pytest.mark.parametrize(
    "time",
    [
        "1700000000",
        "1700000000.0",
        "1700000000000",
        "1700000000000000",
        "1700000000000000000",
        "2023-11-14T22:13:20",
        "2023-11-14T22:13:20Z",
        "2023-11-14 22:13:20 UTC",
        "2023-11-14 22:13:20.000000",
        "2023-11-15T00:13:20+02:00",
        "11/14/2023 22:13:20",
    ],
)
def test_times_are_recognized_by_what_they_look_like(write: Write, time: str) -> None:
    assert read(write(f"timestamp,visitor,item\n{time},v,a\n")).stream.times.tolist() == [NOON]


@pytest.mark.parametrize(("unit", "seconds"), [("s", 5000.0), ("ms", 5.0), ("us", 0.005)])
def test_a_time_unit_can_be_said(write: Write, unit: str, seconds: float) -> None:
    file = read(write("timestamp,visitor,item\n5000,v,a\n"), time_unit=unit)
    assert file.stream.times.tolist() == pytest.approx([seconds])


def test_times_may_span_decades(write: Write) -> None:
    path = write("timestamp,visitor,item\n2023-01-01,v,b\n1971-01-01,v,a\n")
    assert [event.item for event in read(path).stream.feedbacks()] == ["a", "b"]


def test_without_times_events_come_in_order_of_the_file(write: Write) -> None:
    file = read(write("visitor,item\nv,c\nv,a\nv,b\n"))
    assert [event.item for event in file.stream.feedbacks()] == ["c", "a", "b"]
    assert (np.diff(file.stream.times) > 0).all()


def test_a_blank_time_is_that_of_the_row_before(write: Write) -> None:
    file = read(write("timestamp,visitor,item\n1700000000,v,a\n,v,b\n1700000009,v,c\n"))
    assert not file.bad
    assert file.stream.times.tolist() == [NOON, NOON, NOON + 9]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("pv", "view"),
        ("Click", "view"),
        ("", "view"),
        ("addtocart", "cart"),
        ("add_to_cart", "cart"),
        ("fav", "cart"),
        ("buy", "purchase"),
        ("transaction", "purchase"),
        ("remove_from_cart", "uncart"),
        ("item_dismissed", "dismissal"),
        ("add_to_wishlist", "wish"),
        ("item_unwished", "unwish"),
    ],
)
def test_kinds_are_told_by_the_usual_words(write: Write, word: str, kind: str) -> None:
    file = read(write(f"visitor,item,event\nv,a,{word}\n"))
    assert [event.kind for event in file.stream.feedbacks()] == [kind]


def test_stars_are_ratings(write: Write) -> None:
    file = read(write("user,item,rating\nv,a,5\nv,b,0.5\nv,c,2\n"))
    assert [(event.kind, event.rating, event.reward) for event in file.stream.feedbacks()] == [
        ("rating", 5.0, 5.0),
        ("rating", 0.5, -3.0),
        ("rating", 2.0, -1.0),
    ]


def test_a_value_is_stars_where_the_kind_says_rating(write: Write) -> None:
    file = read(write("visitor,item,kind,value\nv,a,rating,4\nv,b,view,\n"))
    assert [event.rating for event in file.stream.feedbacks()] == [4.0, None]


def test_a_value_grades_the_reward_within_bounds(write: Write) -> None:
    graded = read(write("visitor,item,value\nv,a,2.5\nv,b,900\nv,c,-900\n"))
    assert graded.stream.rewards.tolist() == [2.5, 5.0, -3.0]
    kinds = read(write("visitor,item,kind,value\nv,a,view,1\nv,b,purchase,12\n"))
    assert kinds.stream.rewards.tolist() == [1.0, 5.0]


def test_bad_rows_are_named_by_line_and_reason_and_left_out(write: Write) -> None:
    path = write(
        "timestamp,visitor,item,kind,rating\n"
        "1700000000,v,a,view,\n"
        "soon,v,a,view,\n"
        "1700000000,,a,view,\n"
        "1700000000,v,,view,\n"
        "1700000000,v,a,dance,\n"
        "1700000000,v,a,rating,9\n"
        "1700000000,v\n"
        "15,v,a,view,\n"
    )
    file = read(path)
    assert len(file.stream) == 1
    assert [tuple(line) for line in file.bad] == [
        (3, "time 'soon' is neither a date nor a Unix time"),
        (4, "there is no visitor"),
        (5, "there is no item"),
        (6, "kind 'dance' is not known"),
        (7, "rating '9' is not 1 to 5"),
        (8, "the row has 2 cells, not 5"),
        (9, "time '15' is neither a date nor a Unix time"),
    ]


def test_duplicates_are_kept(write: Write) -> None:
    assert len(read(write("visitor,item\nv,a\nv,a\n")).stream) == 2


def test_a_file_without_a_usable_column_says_what_it_has(write: Write) -> None:
    with pytest.raises(CannotRun, match="has no column for item; it has when, who, colour") as error:
        read(write("when,who,colour\n1,2,3\n"), "visitor=who")
    assert "--columns item=COLUMN" in str(error.value)


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("visitor,item\nv,a\n", "item=thing", "has no column 'thing'; it has visitor, item"),
        ("visitor,item\nv,a\n", "colour=item", "no field 'colour' to map; there are timestamp, visitor"),
        ("visitor,item\nv,a\n", "item", "A mapping looks like"),
        ("", "visitor=0", "has no rows"),
        ("visitor,item\n", "item=item", "has no rows"),
        ("visitor,item\n,\nv,\n", "item=item", "line 3: there is no item"),
    ],
)
def test_what_is_wrong_is_said(write: Write, text: str, columns: str, message: str) -> None:
    with pytest.raises(CannotRun, match=message):
        read(write(text), columns)


def test_a_missing_and_a_damaged_file_are_said(write: Write, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="is not there"):
        read(tmp_path / "none.csv")
    damaged = tmp_path / "events.csv.gz"
    damaged.write_bytes(gzip.compress(b"visitor,item\n" + b"v,a\n" * 5000)[:60])
    with pytest.raises(CannotRun, match="is damaged"):
        read(damaged)


def test_several_files_are_joined_by_time_and_cut_by_the_limit(write: Write) -> None:
    first = write("timestamp,visitor,item,session\n3,v,c,s\n1,v,a,s\n", "first.csv")
    second = write("timestamp,user,item,session\n2,v,b,t\n9,w,d,u\n", "second.csv")
    inputs = read_inputs(EvaluationOptions(files=[first, second], limit=3))
    told = [(event.visitor, event.item, event.session) for event in inputs.stream.feedbacks()]
    assert told == [("v", "a", "s"), ("v", "b", "t"), ("v", "c", "s")]
    assert (inputs.visitors, inputs.items) == (1, 3)


def test_a_catalog_says_what_items_are_and_adds_to_them(write: Write) -> None:
    events = write("visitor,item\nv,1\nv,2\n")
    catalog = write("sku,department,brand\n1,toys,acme\n9,toys,\n", "catalog.csv")
    options = EvaluationOptions(
        files=[events], catalog=catalog, catalog_layout=Layout(parse_mapping(["category=department"]))
    )
    inputs = read_inputs(options)
    assert {str(item): tuple(attribute) for item, attribute in inputs.attributes.items()} == {
        "1": ("toys", "acme"),
        "9": ("toys", ""),
    }
    assert inputs.items == 3
