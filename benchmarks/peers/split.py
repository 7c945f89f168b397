"""A split as files: what every peer learns and what it is asked, the same for all of them."""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from online_models.arrays.types import Indices
from online_models.evaluation.protocols import by_session, first_of_session
from online_models.evaluation.rules import Rules, Visits
from online_models.evaluation.stream import Stream
from online_models.schema.feedback import Feedback

HEADER = ("visitor", "session", "item", "time", "chosen", "reward", "query")
NO_QUERY = -1

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PeerSplit:
    """A split that was written to a folder.

    Attributes
    ----------
    targets
        The item that came, by query.
    visitors
        A number from 0 for the visitor of each query.
    k
        Length of the lists.
    digest
        Of the files.
    """

    folder: Path
    targets: Indices
    visitors: Indices
    k: int
    digest: str


class SplitWriter:
    """Numbers what a split names, and follows its visitors as the evaluation does."""

    def __init__(self, rules: Rules) -> None:
        self._visits = Visits(rules)
        self._items: dict[str, int] = {}
        self._visitors: dict[str, int] = {}
        self._sessions = 0
        self.targets: list[int] = []
        self.askers: list[int] = []

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self._items)

    def rows(self, stream: Stream, *, asked: bool) -> Iterator[Row]:
        """Go through the events of a stream; where ``asked``, with the number of the list that each one judges."""
        firsts = (first_of_session(stream) + self._sessions).tolist()
        self._sessions += len(stream)
        for feedback, session in zip(stream.feedbacks(), firsts, strict=True):
            item = self._items.setdefault(feedback.item, len(self._items))
            visitor = self._visitors.setdefault(feedback.visitor, len(self._visitors))
            query = self._query(feedback, item, visitor) if asked else NO_QUERY
            self._visits.add(feedback, item)
            yield visitor, session, item, feedback.at, int(feedback.chosen), feedback.reward, query

    def _query(self, feedback: Feedback, item: int, visitor: int) -> int:
        """Return the number of the list that an event judges: of a visitor with a past, as the rules have it."""
        if not (self._visits.knows(feedback.visitor) and self._visits.is_judged(feedback)):
            return NO_QUERY
        self.targets.append(item)
        self.askers.append(visitor)
        return len(self.targets) - 1


def export_split(stream: Stream, test: Stream, rules: Rules, folder: Path, words: Sequence[str] = ()) -> PeerSplit:
    """Write what is learned, what is asked, and the rules.

    ``train.csv`` has the events of ``stream`` in order of time; ``test.csv`` those of ``test`` session by session, with
    the number of the list that each of them judges. Visitors, sessions and items are numbers.

    Parameters
    ----------
    words
        The arguments of ``riverfront evaluate`` that made the split.
    """
    writer = SplitWriter(rules)
    _write(folder / "train.csv", writer.rows(stream, asked=False))
    _write(folder / "test.csv", writer.rows(test.taken(by_session(test)), asked=True))
    split = {"k": rules.k, "repeats": rules.repeats, "exclude_seen": rules.exclude_seen, "items": writer.items}
    (folder / "rules.json").write_text(json.dumps({**split, "words": list(words)}), encoding="utf-8")
    visitors = np.unique(np.array(writer.askers, np.int32), return_inverse=True)[1].astype(np.int32)
    digest = hashlib.sha256()
    for name in ("train.csv", "test.csv"):
        digest.update((folder / name).read_bytes())
    digest.update(json.dumps(split).encode())
    return PeerSplit(folder, np.array(writer.targets, np.int32), visitors, rules.k, digest.hexdigest())


def _write(file: Path, rows: Iterator[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADER)
        writer.writerows(rows)
