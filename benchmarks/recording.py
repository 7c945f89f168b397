"""A walk along a stream that keeps what all members said, so that blends can be compared on the same answers."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from infra.evaluate.inputs import read_inputs
from infra.evaluate.options import EvaluationOptions
from infra.evaluate.run import build_hybrid
from infra.stack.display import Display
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices, Values
from online_models.evaluation.prequential import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.hybrid import Hybrid
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.update_result import UpdateResult


@dataclass(frozen=True, slots=True)
class Question:
    """What was known before an event: of the members, only those that said something."""

    context: ContextFeatures
    members: Indices
    rows: Indices
    values: Values

    def candidates(self, count: int, silenced: frozenset[int]) -> Candidates:
        """Return the answers of all ``count`` members, without those silenced."""
        rows = np.full((count, self.rows.shape[1]), NO_INDEX, np.int32)
        values = np.zeros(rows.shape, np.float32)
        heard = [place for place, member in enumerate(self.members.tolist()) if member not in silenced]
        rows[self.members[heard]], values[self.members[heard]] = self.rows[heard], self.values[heard]
        return Candidates(rows, values)


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and what was asked before it, if anything."""

    item: int
    visitor: VisitorId
    at: float
    chosen: bool
    question: Question | None


@dataclass(slots=True)
class Recorder:
    """The hybrid, which notes each event and what was asked before it. It is walked like the hybrid itself."""

    hybrid: Hybrid
    steps: list[Step] = field(default_factory=list)

    @property
    def members(self) -> tuple[str, ...]:
        return self.hybrid.members

    def row(self, item: ItemId) -> int:
        return self.hybrid.row(item)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> Slate:
        return self.hybrid.score(visitor, now, session=session, excluded=excluded, keep_last=keep_last, n=n)

    def learn(self, feedback: Feedback, asked: Slate | None) -> UpdateResult:
        change = self.hybrid.learn(feedback, asked)
        question = None
        if asked is not None:
            said = np.flatnonzero(asked.candidates.items[:, 0] >= 0).astype(np.int32)
            question = Question(asked.context, said, asked.candidates.items[said], asked.candidates.scores[said])
        row = self.hybrid.row(feedback.item)
        self.steps.append(Step(row, feedback.visitor, feedback.at, feedback.chosen, question))
        return change

    def walk(self, feedback: Feedback) -> None:
        self.hybrid.walk(feedback)

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        return self.hybrid.expected_rating(visitor, item)


@dataclass(frozen=True, slots=True)
class Recording:
    """A stream as the blend met it.

    Attributes
    ----------
    members
        Their names, in the order of the answers.
    steps
        All events, in order of time.
    asked
        Places among the steps at which a visitor who has a past was asked for.
    judged
        Those of them after the warm-up.
    k
        Length of the lists.
    """

    members: tuple[str, ...]
    steps: Sequence[Step]
    asked: Sequence[int]
    judged: Sequence[int]
    k: int

    def visitors(self, places: Sequence[int]) -> Indices:
        """Return a number for the visitor of each of some steps."""
        numbers: dict[VisitorId, int] = {}
        return np.array([numbers.setdefault(self.steps[place].visitor, len(numbers)) for place in places], np.int32)


def record(options: EvaluationOptions, display: Display) -> Recording:
    """Walk the files of an evaluation prequentially, and keep what was said. About 4 kB an event."""
    inputs = read_inputs(options)
    recorder = Recorder(build_hybrid(inputs, options))
    rules = Rules(k=options.k, exclude_seen=options.exclude_seen, repeats=options.repeats)
    with display.progress("Ask and learn") as bar:
        walk_prequentially(recorder, inputs.stream, rules, time.perf_counter, inputs.items, bar.move)
    first = int(len(recorder.steps) * rules.warm_up)
    asked = [
        place
        for place, step in enumerate(recorder.steps)
        if step.question is not None and step.question.context.last >= 0
    ]
    judged = [place for place in asked if place >= first]
    return Recording(recorder.members, recorder.steps, asked, judged, options.k)
