"""What a bootstrap says when it is done."""

from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from bootstrap.options import BootstrapResult
from bootstrap.publish.backfill import Backfill
from bootstrap.publish.publish import Publication
from bootstrap.read.delimited import BadRow
from bootstrap.read.shop import ShopData, empty_history
from bootstrap.report.summary import print_summary
from tests.bootstrap.builders import a_catalog


def summary(
    backfill: Backfill = Backfill(0, 0, 0.0),  # noqa: B008 - a value
    report: Path | None = None,
    replaced: str | None = None,
    **shop: Any,
) -> str:
    result = BootstrapResult(
        shop=ShopData("tiny", "GBP", (), empty_history(), **shop),
        catalog=a_catalog(),
        publication=Publication("v7", replaced),
        backfill=backfill,
        bad_rows_file=Path("cleaning.json"),
        seconds={"Tags": 1.25, "Report": 0.5},
        report=report,
    )
    console = Console(file=StringIO(), width=200)
    print_summary(console, result)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # the StringIO from above


def test_it_says_what_is_served_and_how_long_it_took() -> None:
    assert "Version v7 is served now: 3 products in 2 categories, 3 pictures." in summary()
    assert "1.8 s: tags 1.2, report 0.5" in summary()
    assert "is served already, unchanged" in summary(replaced="v7")


def test_bad_rows_are_shown_and_those_beyond_ten_counted() -> None:
    rows = tuple(BadRow(number, "no [price]") for number in range(1, 14))
    shown = summary(bad_rows={"shop.csv": rows, "history.csv": ()})
    assert "13 bad rows in shop.csv, left out:" in shown
    assert "row 10: no [price]" in shown
    assert "row 11" not in shown
    assert "and 3 more, all in cleaning.json" in shown
    assert "history.csv" not in shown


def test_history_is_told_as_sent_and_as_there_before() -> None:
    assert "History: 500 events sent to Kafka (250 a second)." in summary(Backfill(500, 0, 2.0))
    assert "History: 0 events sent to Kafka; 500 were there before." in summary(Backfill(0, 500, 1.0))
    assert "History" not in summary()


def test_the_report_and_the_cleaning_are_named() -> None:
    shown = summary(report=Path("/home/report.html"), cleaning={"raw_rows": 525_461})
    assert "Report: /home/report.html" in shown
    assert "Rows in the raw file" in shown
    assert "525,461" in shown
