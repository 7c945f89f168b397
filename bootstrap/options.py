"""What a bootstrap is asked to do, and what it says it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bootstrap.read.delimited import BadRow
from bootstrap.read.own_shop import OwnFiles
from bootstrap.settings import BootstrapSettings


@dataclass(frozen=True, slots=True)
class BootstrapOptions:
    """What a bootstrap is asked to do.

    Attributes
    ----------
    files
        Files of one's own; None for the demo's gift shop.
    limit
        Back-fill only the first so many rows of the history.
    since
        Leave out history before this time, Unix seconds.
    backfill
        Whether history goes to Kafka at all.
    again
        Publish history even though the log has it.
    report
        Whether to write the exploratory report.
    """

    settings: BootstrapSettings
    files: OwnFiles | None = None
    limit: int | None = None
    since: float | None = None
    backfill: bool = True
    again: bool = False
    report: bool = True


@dataclass(frozen=True, slots=True)
class BootstrapResult:
    """What a bootstrap did.

    Attributes
    ----------
    unchanged
        Whether just this catalog was served already.
    published, already
        History events sent by this run, and by earlier ones.
    bad_rows
        Rows of one's own files that could not be used, by file; all of them are in ``bad_rows_file``.
    seconds
        Time by stage.
    """

    version: str
    unchanged: bool
    products: int
    categories: int
    pictures: int
    history_rows: int
    published: int
    already: int
    backfill_seconds: float
    bad_rows: Mapping[str, tuple[BadRow, ...]]
    bad_rows_file: Path
    seconds: Mapping[str, float]
    report: Path | None
    cleaning: Mapping[str, int] | None
