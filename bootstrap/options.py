"""What a bootstrap is asked to do, and what it says it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.publish.backfill import Backfill
from bootstrap.publish.publish import Publication
from bootstrap.read.own_shop import OwnFiles
from bootstrap.read.shop import ShopData
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
    bad_rows_file
        Holds all rows of one's own files that could not be used.
    seconds
        Time by stage.
    picture_hosts
        Hosts whose pictures browsers are let show.
    """

    shop: ShopData
    catalog: BuiltCatalog
    publication: Publication
    backfill: Backfill
    bad_rows_file: Path
    seconds: Mapping[str, float]
    report: Path | None
    picture_hosts: tuple[str, ...] = ()
