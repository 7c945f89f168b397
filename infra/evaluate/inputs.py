"""What an evaluation is asked to do, and what it starts from: its files, read and joined."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bootstrap.read.delimited import BadRow
from infra.errors import CannotRun
from infra.evaluate.event_file import read_events
from infra.evaluate.fields import Layout, parse_mapping
from infra.evaluate.item_attributes import Attributes, read_catalog
from online_models.evaluation.evaluation import ProtocolName
from online_models.evaluation.stream import Stream, joined
from online_models.schema.events import ItemId


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
    protocol
        None for holdout where there is a file to hold out, and for prequential where there is none.
    k, exclude_seen, repeats
        As in `Rules`.
    limit
        Only the first so many events by time of ``files``.
    linear
        Let the linear ranker rank alone, without the network.
    varied
        Vary the lists (`HybridSettings.varies`).
    neural
        Let the session network take part, trained along the way.
    """

    files: Sequence[Path]
    layout: Layout = field(default_factory=Layout)
    test: Path | None = None
    protocol: ProtocolName | None = None
    catalog: Path | None = None
    catalog_layout: Layout = field(default_factory=Layout)
    k: int = 20
    limit: int | None = None
    exclude_seen: bool = False
    repeats: bool = False
    linear: bool = False
    varied: bool = False
    neural: bool = True


def read_options(asked: dict[str, Any]) -> EvaluationOptions:
    """Read the parameters of the command line. Raises `CannotRun` for a mapping or combination that makes no sense."""
    protocol, test = asked.get("protocol"), asked.get("test")
    if protocol is not None and (protocol == "holdout") != (test is not None):
        raise CannotRun("--protocol holdout needs --test FILE, and no other protocol takes one.")
    layout = Layout(parse_mapping(asked.pop("columns")), asked.pop("sep"), asked.pop("header"), asked.pop("time_unit"))
    return EvaluationOptions(layout=layout, catalog_layout=Layout(parse_mapping(asked.pop("catalog_columns"))), **asked)


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
    attributes: Attributes = {}
    if options.catalog:
        attributes = read_catalog(options.catalog, options.catalog_layout)
    else:
        for file in files.values():
            attributes |= {item: attribute for item, attribute in file.attributes.items() if item not in attributes}
    streams = [part for part in (stream, test) if part is not None]
    touched = frozenset(ItemId(name) for part in streams for name in part.item_names)
    visitors = {name for part in streams for name in part.visitor_names}
    items = len(touched | set(attributes)) if options.catalog else len(touched)
    bad = {path: file.bad for path, file in files.items()}
    return Inputs(stream, test, attributes, touched, items, len(visitors), bad)
