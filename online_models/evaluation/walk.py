"""One step along a stream: rank, judge, learn. What the protocols share."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.rules import Rules, Visits
from online_models.evaluation.tally import Tally, Traffic
from online_models.models.recommender import Candidates
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback

Clock = Callable[[], float]
"""Seconds since some moment."""


class JudgedSlate(Protocol):
    """A slate, as it was before the event that it is judged by."""

    @property
    def candidates(self) -> Candidates:
        """What each source proposed, best first, in the order of `EvaluatedRecommender.members`."""

    @property
    def items(self) -> Indices:
        """What would have been shown, best first."""


AnySlate = TypeVar("AnySlate", bound=JudgedSlate)


class EvaluatedRecommender(Protocol[AnySlate]):
    """A recommender of several sources and the blend of them, as `Hybrid` is."""

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the sources."""

    def index(self, item: ItemId) -> int:
        """Return the index of an item, -1 where it is unknown."""

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> AnySlate:
        """Rank for a visitor, without ``excluded`` items and, unless ``keep_last``, that of their last interaction."""

    def learn(self, feedback: Feedback, slate: AnySlate | None) -> object:
        """Learn an event: the ranker from the slate made just before it, then all sources."""

    def walk(self, feedback: Feedback) -> None:
        """Advance the visitor's session, and learn nothing else."""

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars that the visitor would give, None where nothing is known."""


@dataclass(slots=True)
class Measures:
    """What was measured along a stream.

    Attributes
    ----------
    warm, cold
        Lists for visitors who had an earlier event, and for those who had none.
    rating_errors, rating_visitors
        Of each rating that could be expected, what was expected less what was given, and a number for its visitor.
    learning, ranking
        Seconds that each event took to learn, and each list to rank.
    seconds, steps
        How long the judged part took in all, and how many events it had.
    day_ends
        How many of the warm lists had been judged by the end of each day, where a protocol goes by days.
    """

    warm: Tally
    cold: Tally
    rating_errors: "array[float]" = field(default_factory=lambda: array("d"))
    rating_visitors: "array[int]" = field(default_factory=lambda: array("l"))
    learning: "array[float]" = field(default_factory=lambda: array("d"))
    ranking: "array[float]" = field(default_factory=lambda: array("d"))
    seconds: float = 0.0
    steps: int = 0
    day_ends: list[int] = field(default_factory=list)


class Walk(Generic[AnySlate]):
    """A recommender on its way along a stream.

    Parameters
    ----------
    hybrid
        What is measured. It learns along the way.
    items
        Number of items that the stream and the catalog have in all.
    clock
        Times learning and ranking.
    categories
        By index of an item its category, numbered from 0, -1 where it is not known; empty where none is.
    """

    def __init__(
        self,
        hybrid: EvaluatedRecommender[AnySlate],
        rules: Rules,
        items: int,
        clock: Clock,
        categories: Indices = NO_INDICES,
    ) -> None:
        self._hybrid = hybrid
        self._rules = rules
        self._clock = clock
        self._visits = Visits(rules)
        self._traffic = Traffic(items, categories)
        self._raters: dict[VisitorId, int] = {}
        sources = len(hybrid.members)
        self.measures = Measures(
            warm=Tally(sources, rules.k, self._traffic), cold=Tally(sources, rules.k, self._traffic, groups=1)
        )

    def learn(self, feedback: Feedback, *, judged: bool, timed: bool) -> None:
        """Rank, and learn; ``judged`` and ``timed`` say whether the list is judged and the learning timed."""
        slate = self._rank(feedback, judged=judged)
        started_at = self._clock()
        self._hybrid.learn(feedback, slate)
        if timed:
            self.measures.learning.append(self._clock() - started_at)
        item = self._hybrid.index(feedback.item)
        self._traffic.add(item)
        self._note_visit(feedback, item)

    def expect(self, feedback: Feedback) -> None:
        """Compare the rating that is given with the one that is expected."""
        if feedback.rating is not None:
            expected = self._hybrid.expected_rating(feedback.visitor, feedback.item)
            if expected is not None:
                self.measures.rating_errors.append(expected - feedback.rating)
                self.measures.rating_visitors.append(self._raters.setdefault(feedback.visitor, len(self._raters)))

    def follow(self, feedback: Feedback, *, judged: bool = True) -> None:
        """Rank and judge, unless the event is not ``judged``, and advance only the visitor's session."""
        if judged:
            self._rank(feedback, judged=True)
        self._hybrid.walk(feedback)
        self._note_visit(feedback, self._hybrid.index(feedback.item))

    def _note_visit(self, feedback: Feedback, item: int) -> None:
        self._visits.add(feedback, item)
        if feedback.chosen:
            self._traffic.profiles.add(feedback.visitor, item)

    def _rank(self, feedback: Feedback, *, judged: bool) -> AnySlate | None:
        visitor, visits = feedback.visitor, self._visits
        if not visits.is_judged(feedback):
            return None
        started_at = self._clock()
        slate = self._hybrid.score(
            visitor,
            feedback.at,
            session=feedback.session,
            excluded=visits.excluded(visitor),
            keep_last=self._rules.repeats,
            n=self._rules.k,
        )
        if judged:
            self.measures.ranking.append(self._clock() - started_at)
            tally = self.measures.warm if visits.knows(visitor) else self.measures.cold
            target, earlier = self._hybrid.index(feedback.item), visits.events(visitor)
            tally.add(slate.candidates, slate.items, target, visitor, feedback.at, earlier)
        return slate
