"""A walk along a stream that keeps what all members said, so that rankers can be compared on the same answers."""

import os
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from infra.cli.evaluate import evaluate
from infra.evaluate.inputs import EvaluationOptions, read_inputs, read_options
from infra.evaluate.run import build_hybrid, rules_of
from infra.stack.display import Display
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.evaluation.protocols import walk_prequentially
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.models.content.content import Content
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.ranked_candidates import RankedCandidates
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.schema.product import Product
from online_models.slate.arrangement import arrange
from online_models.update_result import UpdateResult

_YOOCHOOSE = "$DATA/yoochoose-clicks-100k/yoochoose-clicks-100k"

SETS = {
    "yoochoose": (
        f"{_YOOCHOOSE}_train_full.txt.gz {_YOOCHOOSE}_test.txt.gz"
        " --columns timestamp=Time,visitor=SessionId,item=ItemId"
    ),
    "rees46": "$DATA/rees46-multicategory-first-17k/2019-Oct_first_rows.csv.gz",
    "movielens": (
        "$DATA/movielens-100k/u.data.gz --no-header --columns visitor=0,item=1,rating=2,timestamp=3 --exclude-seen"
        " --limit 40000"
    ),
    "retail": (
        "$DATA/online-retail-2009-2010/online_retail_2009_2010.parquet"
        " --columns 'visitor=Customer ID,item=StockCode,timestamp=InvoiceDate,session=Invoice' --limit 40000"
    ),
    "taobao": (
        "$DATA/taobao-userbehavior-1h/UserBehavior.csv.gz --no-header"
        " --columns visitor=0,item=1,category=2,kind=3,timestamp=4"
    ),
    "groceries": "$DATA/complete-journey/transactions.parquet --columns session=basket_id --limit 40000",
}
"""By name. ``DATA`` is the folder of the data sets."""

Neighbors = Mapping[ItemId, Sequence[tuple[ItemId, float]]]


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
class RecordedStep:
    """One event, and what was asked before it, if anything."""

    item: int
    visitor: VisitorId
    at: float
    chosen: bool
    question: Question | None


class Recorder(Hybrid):
    """The hybrid, which notes each event and what was asked before it."""

    def __init__(self, settings: HybridSettings) -> None:
        super().__init__(settings)
        self.steps: list[RecordedStep] = []

    def learn(self, feedback: Feedback, slate: Slate | None = None, *, from_list: bool = False) -> UpdateResult:
        change = super().learn(feedback, slate, from_list=from_list)
        question = None
        if slate is not None:
            said = np.flatnonzero(slate.candidates.items[:, 0] >= 0).astype(np.int32)
            question = Question(slate.context, said, slate.candidates.items[said], slate.candidates.scores[said])
        self.steps.append(
            RecordedStep(self.index(feedback.item), feedback.visitor, feedback.at, feedback.chosen, question)
        )
        return change

    def diversify(self, ranked: RankedCandidates, n: int) -> RankedCandidates:
        """Return the best ``n`` once similarity to better ones has cost its part."""
        return arrange(ranked, self._items, self._models.get(Content), n)

    def likeness(self, items: Indices) -> float:
        """Return the mean cosine of two different items of a list of two or more."""
        return float(self._models.get(Content).cosines(items).sum()) / (len(items) * (len(items) - 1))


@dataclass(frozen=True, slots=True)
class Recording:
    """A stream as the ranker met it.

    Attributes
    ----------
    hybrid
        What was recorded: its steps are all events, in order of time.
    asked
        Indices of the steps before which a list was made for a visitor with a past.
    judged
        Those of them after the warm-up.
    k
        Length of the lists.
    """

    hybrid: Recorder
    asked: Sequence[int]
    judged: Sequence[int]
    k: int

    def visitors(self, steps: Sequence[int]) -> list[VisitorId]:
        """Return the visitor of each of some steps."""
        return [self.hybrid.steps[step].visitor for step in steps]

    def answering(self) -> frozenset[str]:
        """Return the members that ever said something."""
        questions = (step.question for step in self.hybrid.steps)
        said = {member for question in questions if question for member in question.members.tolist()}
        return frozenset(self.hybrid.members[member] for member in said)


def record(
    options: EvaluationOptions, display: Display, products: Sequence[Product] = (), near: Neighbors | None = None
) -> Recording:
    """Walk the files of an evaluation prequentially, and keep what was said: about 4 kB an event.

    ``products`` are for sale, and ``near`` says which are alike; without them, what the files say of their items holds.
    """
    inputs, rules = read_inputs(options), rules_of(options)
    hybrid = build_hybrid(inputs, options, Recorder)
    if products:
        hybrid.use_catalog(products, near or {})
    with display.progress("Ask and learn") as move:
        walk_prequentially(hybrid, inputs.stream, rules, time.perf_counter, inputs.items, move)
    asked = [number for number, step in enumerate(hybrid.steps) if step.question and step.question.context.last >= 0]
    first = int(len(hybrid.steps) * rules.warm_up)
    return Recording(hybrid, asked, [number for number in asked if number >= first], options.k)


def name_of(text: str) -> str:
    """Return the name of a set that is asked for: one of `SETS`, or ``NAME=ARGUMENTS OF EVALUATE``."""
    return text.partition("=")[0]


def options_of(text: str) -> EvaluationOptions:
    """Return what a set that is asked for means."""
    line = SETS.get(text) or text.partition("=")[2]
    asked = evaluate.make_context("evaluate", shlex.split(os.path.expandvars(line))).params
    return read_options({name: value for name, value in asked.items() if name not in ("json_file", "report_file")})
