"""What an evaluation starts from: its files, read and joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap.read.delimited import BadRow
from infra.evaluate.event_file import EventFile, read_events
from infra.evaluate.item_attributes import Attributes, read_catalog
from infra.evaluate.options import EvaluationOptions
from online_models.evaluation.stream import Stream, joined
from online_models.schema.events import ItemId


@dataclass(frozen=True, slots=True)
class Inputs:
    """Streams and what is known of their items.

    Attributes
    ----------
    test
        The stream that is held out, where there is one.
    attributes
        What the catalog says of items; without one, what the events' own columns say.
    touched
        All items of both streams.
    items
        Number of those that can be recommended: the touched ones, and those of the catalog.
    visitors
        Number of visitors of both streams.
    bad
        Lines that could not be used, by file.
    """

    stream: Stream
    test: Stream | None
    attributes: Attributes
    touched: frozenset[ItemId]
    items: int
    visitors: int
    bad: dict[Path, Sequence[BadRow]]


def read_inputs(options: EvaluationOptions) -> Inputs:
    """Read all files. Raises `CannotRun`."""
    files = {path: read_events(path, options.layout) for path in options.files}
    stream = joined([file.stream for file in files.values()])
    if options.limit:
        stream = stream.taken(slice(options.limit)).compact()
    if options.test:
        files[options.test] = read_events(options.test, options.layout)
    test = files[options.test].stream if options.test else None
    if options.catalog:
        attributes = read_catalog(options.catalog, options.catalog_layout)
    else:
        attributes = _attributes(list(files.values()))
    streams = [part for part in (stream, test) if part is not None]
    touched = frozenset(ItemId(name) for part in streams for name in part.item_names)
    visitors = {name for part in streams for name in part.visitor_names}
    items = len(touched | set(attributes)) if options.catalog else len(touched)
    bad = {path: file.bad for path, file in files.items()}
    return Inputs(stream, test, attributes, touched, items, len(visitors), bad)


def _attributes(files: Sequence[EventFile]) -> Attributes:
    known: Attributes = {}
    for file in files:
        for item, attribute in file.attributes.items():
            known.setdefault(item, attribute)
    return known
