"""What an evaluation is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.evaluate.fields import Layout


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What an evaluation is asked to do.

    Attributes
    ----------
    files
        Files of events, joined by time.
    test
        A file to hold out: walked after ``files`` are learned, and not learned itself.
    catalog
        A file that says of each item its category and brand.
    k, exclude_seen, repeats
        As in `Rules`.
    limit
        Only the first so many events by time of ``files``.
    """

    files: Sequence[Path]
    layout: Layout = field(default_factory=Layout)
    test: Path | None = None
    catalog: Path | None = None
    catalog_layout: Layout = field(default_factory=Layout)
    k: int = 20
    limit: int | None = None
    exclude_seen: bool = False
    repeats: bool = False
