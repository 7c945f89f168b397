"""A recommender that answers by a script, and streams by hand: what evaluations are tested on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices
from online_models.evaluation.stream import Stream
from online_models.models.recommender import Candidates
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS, Feedback

Script = Callable[["Scripted", VisitorId], Sequence[str]]


class Reply(NamedTuple):
    candidates: Candidates
    items: Indices


class Question(NamedTuple):
    visitor: str
    excluded: tuple[str, ...]
    keep_last: bool
    session: str | None
    now: float


@dataclass
class Scripted:
    """Members answer what their scripts say, without the excluded items; the whole answers as its first member does."""

    scripts: dict[str, Script]
    names: list[ItemId] = field(default_factory=list)
    rows: dict[ItemId, int] = field(default_factory=dict)
    learned: list[tuple[str, bool]] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    last: dict[VisitorId, ItemId] = field(default_factory=dict)
    stars: list[float] = field(default_factory=list)

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.scripts)

    def index(self, item: ItemId) -> int:
        return self.rows.get(item, NO_INDEX)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> Reply:
        out = {self.names[row] for row in excluded}
        self.questions.append(Question(visitor, tuple(sorted(out)), keep_last, session, now))
        if not keep_last and visitor in self.last:
            out.add(self.last[visitor])
        rows = np.full((len(self.scripts), max(n, 5)), NO_INDEX, np.int32)
        for member, script in enumerate(self.scripts.values()):
            said = [self.rows[ItemId(item)] for item in script(self, visitor) if item in self.rows and item not in out]
            rows[member, : len(said)] = said
        items = rows[0, :n]
        return Reply(Candidates(rows, (rows >= 0).astype(np.float32)), items[items >= 0])

    def learn(self, feedback: Feedback, asked: Reply | None) -> None:
        self.learned.append((feedback.item, asked is not None))
        if feedback.item not in self.rows:
            self.rows[feedback.item] = len(self.names)
            self.names.append(feedback.item)
        if feedback.rating is not None:
            self.stars.append(feedback.rating)
        self.walk(feedback)
        self.walked.pop()

    def walk(self, feedback: Feedback) -> None:
        self.walked.append(feedback.item)
        self.last[feedback.visitor] = feedback.item

    def expected_rating(self, _visitor: VisitorId, _item: ItemId) -> float | None:
        return sum(self.stars) / len(self.stars) if self.stars else None


def always(*items: str) -> Script:
    """A member that says the same to everybody."""
    return lambda _hybrid, _visitor: items


def newest_first(hybrid: Scripted, _visitor: VisitorId) -> Sequence[str]:
    """A member that says what was first seen last."""
    return hybrid.names[::-1][:5]


class Tick:
    """A clock that moves on by a thousandth of a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def a_stream(
    *events: str, times: Sequence[float] = (), sessions: Sequence[str] = (), ratings: Sequence[float] = ()
) -> Stream:
    """Build a stream of ``"visitor item"`` or ``"visitor item kind"``, a second apart unless said otherwise."""
    words = [[*event.split(), "rating" if ratings else "view"][:3] for event in events]
    visitors, visitor_names = _coded([word[0] for word in words])
    items, item_names = _coded([word[1] for word in words])
    session_codes, session_names = _coded(sessions) if sessions else (np.full(len(words), -1, np.int32), [])
    return Stream(
        times=np.array(times or range(1, len(words) + 1), np.float64),
        visitors=visitors,
        items=items,
        sessions=session_codes,
        kinds=np.array([FEEDBACK_KINDS.index(word[2]) for word in words], np.int8),
        rewards=np.array([REWARDS.get(word[2], 1.0) for word in words], np.float32),  # type: ignore[call-overload] # as above
        ratings=np.array(ratings or [np.nan] * len(words), np.float64),
        visitor_names=visitor_names,
        item_names=item_names,
        session_names=session_names,
    )


def _coded(words: Sequence[str]) -> tuple[Indices, list[str]]:
    names = list(dict.fromkeys(words))
    return np.array([names.index(word) for word in words], np.int32), names
