"""Catalogs, histories and event files with values that no shop has: each bad row is named, and the others are read."""

from pathlib import Path

import pytest

from bootstrap.errors import UnusableFile
from bootstrap.read.own_history import read_own_history
from bootstrap.read.own_shop import read_listings
from infra.errors import CannotRun
from infra.evaluate.event_file import read_events
from infra.evaluate.fields import Layout

DIGITS, ENDLESS, DEEP = "9" * 400, "9" * 5_000, "[" * 900 + "]" * 900
GOOD_PRODUCT = '{"item":"good","title":"Good","price":"1.00"}'
GOOD_EVENT = '{"time":1700000000,"user":"ann","item":"good","event":"buy","value":1}'

PRODUCTS = [
    rf'"item":"{name}","title":{title},"price":{price}'
    for name, title, price in (
        ("p1", r'"half \ud800"', '"1"'),
        ("p2", r'"nothing \u0000"', '"1"'),
        ("p3", '"Dear"', DIGITS),
        ("p4", '"Dear"', f'"{DIGITS}"'),
        ("p5", '"Dear"', ENDLESS),
        ("p6", '"Dear"', "NaN"),
        ("p7", '"Dear"', "Infinity"),
        ("p8", '"Dear"', "1e999"),
        (r"p\n9\n", '"Ends a line"', '"1"'),
        (r"\ud800", '"Half an id"', '"1"'),
        ("x" * 129, '"Long"', '"1"'),
        ("p10", DEEP, '"1"'),
    )
]
EVENTS = [
    f'"time":{time},"user":{user},"item":"good","event":"{kind}","value":{value}'
    for time, user, kind, value in (
        (DIGITS, '"ann"', "buy", "1"),
        (ENDLESS, '"ann"', "buy", "1"),
        ("NaN", '"ann"', "buy", "1"),
        ("-1", '"ann"', "buy", "1"),
        ("1700000000", r'"\ud800"', "buy", "1"),
        ("1700000000", r'"an\nn"', "buy", "1"),
        ("1700000000", '"ann"', "buy", DIGITS),
        ("1700000000", '"ann"', "buy", ENDLESS),
        ("1700000000", '"ann"', "review", "1e999"),
        ("1700000000", '"ann"', r"\ud800", "1"),
    )
]


def a_file(folder: Path, *rows: str, name: str = "rows.json") -> Path:
    path = folder / name
    path.write_text("[" + ",\n".join(rows) + "]", encoding="utf-8")
    return path


@pytest.mark.parametrize("fields", PRODUCTS, ids=range(len(PRODUCTS)))
def test_a_bad_product_is_a_bad_row(tmp_path: Path, fields: str) -> None:
    listings, bad = read_listings(a_file(tmp_path, f"{{{fields}}}", GOOD_PRODUCT), {}, "GBP")
    assert [listing.item for listing in listings] == ["good"]
    assert [row.number for row in bad] == [1]
    bad[0].reason.encode()


@pytest.mark.parametrize("fields", EVENTS, ids=range(len(EVENTS)))
def test_a_bad_event_of_a_history_is_a_bad_row(tmp_path: Path, fields: str) -> None:
    path = a_file(tmp_path, f"{{{fields}}}", GOOD_EVENT)
    history, bad = read_own_history(path, {}, frozenset({"good"}), None, 100)
    assert history["visitor"].tolist() == ["ann"]
    assert [row.number for row in bad] == [1]
    bad[0].reason.encode()


@pytest.mark.parametrize("price", ["1e308", DIGITS, "Infinity"])
def test_a_price_that_is_out_of_reach_is_a_bad_row(tmp_path: Path, price: str) -> None:
    row = f'{{"time":1700000000,"user":"ann","item":"good","event":"buy","value":1,"price":"{price}"}}'
    history, bad = read_own_history(a_file(tmp_path, row, GOOD_EVENT), {}, frozenset({"good"}), None, 100)
    assert (len(history), [row.number for row in bad]) == (1, [1])


@pytest.mark.parametrize("fields", EVENTS, ids=range(len(EVENTS)))
def test_an_event_file_to_evaluate_is_read_as_far_as_it_can_be(tmp_path: Path, fields: str) -> None:
    events = read_events(a_file(tmp_path, f"{{{fields}}}", *[GOOD_EVENT] * 3), Layout())
    assert len(events.stream.times) in {3, 4}
    for name in (*events.stream.visitor_names, *(row.reason for row in events.bad)):
        name.encode()


def test_a_file_that_is_nested_too_deeply_or_has_such_columns_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="nested too deeply"):
        read_listings(a_file(tmp_path, "[" * 100_000), {}, "GBP")
    with pytest.raises(UnusableFile) as refused:
        read_listings(a_file(tmp_path, r'{"\ud800":1,"titl\udfff":2}'), {}, "GBP")
    str(refused.value).encode()
    with pytest.raises(CannotRun):
        read_events(a_file(tmp_path, "[" * 100_000), Layout())
