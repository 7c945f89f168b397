"""What a bootstrap says when it is done."""

from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from bootstrap.options import BootstrapResult
from bootstrap.read.delimited import BadRow
from bootstrap.report.summary import print_summary


def summary(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "version": "v7",
        "unchanged": False,
        "products": 1200,
        "categories": 9,
        "pictures": 1100,
        "history_rows": 0,
        "published": 0,
        "already": 0,
        "backfill_seconds": 0.0,
        "bad_rows": {},
        "bad_rows_file": Path("cleaning.json"),
        "seconds": {"Tags": 1.25, "Report": 0.5},
        "report": None,
        "cleaning": None,
    }
    console = Console(file=StringIO(), width=200)
    print_summary(console, BootstrapResult(**{**fields, **changes}))
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # the StringIO from above


def test_it_says_what_is_served_and_how_long_it_took() -> None:
    assert "Version v7 is served now: 1,200 products in 9 categories, 1,100 pictures." in summary()
    assert "1.8 s: tags 1.2, report 0.5" in summary()
    assert "is served already, unchanged" in summary(unchanged=True)


def test_bad_rows_are_shown_and_those_beyond_ten_counted() -> None:
    rows = tuple(BadRow(number, "no [price]") for number in range(1, 14))
    shown = summary(bad_rows={"shop.csv": rows, "history.csv": ()})
    assert "13 bad rows in shop.csv, left out:" in shown
    assert "row 10: no [price]" in shown
    assert "row 11" not in shown
    assert "and 3 more, all in cleaning.json" in shown
    assert "history.csv" not in shown


def test_history_is_told_as_sent_and_as_there_before() -> None:
    assert "History: 500 events sent to Kafka (250 a second)." in summary(published=500, backfill_seconds=2.0)
    assert "History: 0 events sent to Kafka; 500 were there before." in summary(already=500)
    assert "History" not in summary()


def test_the_report_and_the_cleaning_are_named() -> None:
    shown = summary(report=Path("/home/report.html"), cleaning={"raw_rows": 525_461})
    assert "Report: /home/report.html" in shown
    assert "Rows in the raw file" in shown
    assert "525,461" in shown
