"""What a bootstrap is asked to do, and what it says it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.read.shop import BadRow
from bootstrap.settings import Settings


@dataclass(frozen=True, slots=True)
class BootstrapOptions:
    """What a bootstrap is asked to do.

    Attributes
    ----------
    catalogue
        A catalogue file of one's own; None for the demo's gift shop.
    columns, history_columns
        Which column of one's own file is which: the product's name for it, then the file's.
    history
        A history file of one's own.
    history_kind
        What each row of the history is, where it has no such column.
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
    price
        Price of every product where the file has none, in the smallest unit.
    most_bad
        Share of bad rows beyond which a file is refused.
    """

    settings: Settings
    catalogue: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    history: Path | None = None
    history_columns: Mapping[str, str] = field(default_factory=dict)
    history_kind: str | None = None
    currency: str | None = None
    price: int | None = None
    most_bad: float = 0.5
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
        Whether just this catalogue was served already.
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
