"""The walk that every peer takes: learn a split's events, then answer its queries one by one.

It runs inside the peers' environments, so it needs the standard library alone.
"""

import csv
import json
import resource
import statistics
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

NO_QUERY = -1


class PeerEvent(NamedTuple):
    """An event of a split. Visitors, sessions and items are numbers.

    Attributes
    ----------
    at
        Unix seconds.
    chosen
        Whether the visitor turned to the item, rather than turned it down.
    reward
        `Feedback.reward`.
    """

    visitor: int
    session: int
    item: int
    at: float
    chosen: bool
    reward: float


class PeerQuery(NamedTuple):
    """What is known when a list is asked for.

    Attributes
    ----------
    session_items
        What the visitor chose in the present session, oldest first; of the session before where that is empty.
    visitor_items
        All that the visitor chose so far, oldest first.
    at
        The time of the visitor's latest event, in Unix seconds.
    """

    session_items: Sequence[int]
    visitor_items: Sequence[int]
    at: float


class PeerModel(ABC):
    """A recommender that is fitted once, and then asked along the visits of a split."""

    process: int | None = None
    """The id of the process whose memory counts, where the recommender runs in a child of this one."""

    @abstractmethod
    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Learn events in order of time. Returns what is to be noted of it, or nothing.

        Parameters
        ----------
        items
            How many there are; they are numbered from 0.
        deadline
            When training should have ended, on the clock of `time.perf_counter`.
        """

    @abstractmethod
    def recommend(self, query: PeerQuery, n: int) -> Sequence[int]:
        """Return up to ``n`` items, best first. Items of the visit may be among them."""

    def close(self) -> None:
        """Stop what was started."""
        return


class VisitorPast:
    """What a visitor did so far."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.seen: set[int] = set()
        self.last = NO_QUERY
        self.at = 0.0
        self._sessions: dict[int, list[int]] = {}

    def add(self, event: PeerEvent) -> None:
        """Add an event."""
        self.last, self.at = event.item, event.at
        self.seen.add(event.item)
        if event.chosen:
            self.items.append(event.item)
            self._sessions.setdefault(event.session, []).append(event.item)

    def query(self, session: int) -> PeerQuery:
        """Return what is known in a session, before its next event."""
        present = self._sessions.get(session)
        if present is None:
            present = next(reversed(self._sessions.values()), [])
        return PeerQuery(present, self.items, self.at)


def walk(model: PeerModel, folder: Path, seconds: float) -> dict[str, Any]:
    """Let a model learn a split and answer its queries. Returns its lists, and what they took.

    Training should take ``seconds`` at most; models that can end it early do.
    """
    rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    past: dict[int, VisitorPast] = {}
    events = [event for event, _ in read_rows(folder / "train.csv")]
    for event in events:
        past.setdefault(event.visitor, VisitorPast()).add(event)
    started_at = time.perf_counter()
    try:
        chosen = [event for event in events if event.chosen]
        note = model.fit(chosen, rules["items"], started_at + seconds)
        fitted_at = time.perf_counter()
        lists: list[list[int]] = []
        spent: list[float] = []
        for event, query in read_rows(folder / "test.csv"):
            visitor = past.setdefault(event.visitor, VisitorPast())
            if query != NO_QUERY:
                asked_at = time.perf_counter()
                lists.append(answer(model, visitor, event.session, rules))
                spent.append(time.perf_counter() - asked_at)
            visitor.add(event)
        peak = peak_mib(model.process)
    finally:
        model.close()
    return {
        "fit_s": fitted_at - started_at,
        "answer_ms": statistics.median(spent) * 1e3,
        "peak_mib": peak,
        "note": note,
        "lists": lists,
    }


def answer(model: PeerModel, visitor: VisitorPast, session: int, rules: Mapping[str, Any]) -> list[int]:
    """Return a list of ``k`` items, without those that the rules leave out."""
    excluded: Collection[int] = () if rules["repeats"] else (visitor.last,)
    if rules["exclude_seen"]:
        excluded = visitor.seen
    ranked = model.recommend(visitor.query(session), rules["k"] + len(excluded))
    return [int(item) for item in ranked if item not in excluded][: rules["k"]]


def read_rows(file: Path) -> Iterator[tuple[PeerEvent, int]]:
    """Read the events of a split, each with the number of the query that it answers, or `NO_QUERY`."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for visitor, session, item, at, chosen, reward, query in rows:
            event = PeerEvent(int(visitor), int(session), int(item), float(at), chosen == "1", float(reward))
            yield event, int(query)


def peak_mib(process: int | None = None) -> float:
    """Return the most memory that this process, or another one by its id, has had in use so far, in MiB.

    Linux says it by process. What `getrusage` says there includes what its parent had in use when it was started; it is
    asked elsewhere, and knows nothing of other processes.
    """
    status = Path(f"/proc/{process or 'self'}/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main(models: Mapping[str, Callable[[], PeerModel]]) -> None:
    """Run the model that the command line names on a split: ``MODEL SPLIT ANSWER SECONDS``."""
    name, folder, answer_file, seconds = sys.argv[1:]
    figures = walk(models[name](), Path(folder), float(seconds))
    Path(answer_file).write_text(json.dumps(figures), encoding="utf-8")
