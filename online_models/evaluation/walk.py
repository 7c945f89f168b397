"""One step along a stream: ask, judge, learn. What the protocols share."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic

from online_models.evaluation.evaluated import AnySlate, EvaluatedRecommender
from online_models.evaluation.rating_error import RatingError
from online_models.evaluation.rules import Rules
from online_models.evaluation.tally import Tally, Traffic
from online_models.evaluation.visits import Visits
from online_models.schema.feedback import Feedback

Clock = Callable[[], float]
"""Seconds since some moment."""

Moved = Callable[[int, int], None]
"""Told now and then how many events are done, and of how many."""

MOVED_EVERY = 256


def nobody_looks(_done: int, _total: int) -> None:
    """Be told of progress, and do nothing."""


@dataclass(slots=True)
class Measures:
    """What was measured along a stream.

    Attributes
    ----------
    warm, cold
        Lists for visitors who had an earlier event, and for those who had none.
    learning, ranking
        Seconds that each event took to learn, and each list to rank.
    seconds, steps
        How long the judged part took in all, and how many events it had.
    """

    warm: Tally
    cold: Tally
    rating_error: RatingError = field(default_factory=RatingError)
    learning: "array[float]" = field(default_factory=lambda: array("d"))
    ranking: "array[float]" = field(default_factory=lambda: array("d"))
    seconds: float = 0.0
    steps: int = 0


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
    """

    def __init__(self, hybrid: EvaluatedRecommender[AnySlate], rules: Rules, items: int, clock: Clock) -> None:
        self._hybrid = hybrid
        self._rules = rules
        self._clock = clock
        self._visits = Visits(rules)
        self._traffic = Traffic(items)
        warm, cold = (Tally(len(hybrid.members), rules.k, self._traffic) for _ in range(2))
        self.measures = Measures(warm, cold)

    def learn(self, feedback: Feedback, *, judged: bool, timed: bool) -> None:
        """Ask, judge if so told, and learn; note how long learning took if so told."""
        asked = self._ask(feedback, judged=judged)
        started_at = self._clock()
        self._hybrid.learn(feedback, asked)
        if timed:
            self.measures.learning.append(self._clock() - started_at)
        row = self._hybrid.row(feedback.item)
        self._traffic.add(row)
        self._visits.add(feedback, row)

    def expect(self, feedback: Feedback) -> None:
        """Compare the rating that comes with the one that is expected."""
        if feedback.rating is not None:
            expected = self._hybrid.expected_rating(feedback.visitor, feedback.item)
            if expected is not None:
                self.measures.rating_error.add(expected, feedback.rating)

    def follow(self, feedback: Feedback) -> None:
        """Ask and judge, and move only the visitor's session on."""
        self._ask(feedback, judged=True)
        self._hybrid.walk(feedback)
        self._visits.add(feedback, self._hybrid.row(feedback.item))

    def _ask(self, feedback: Feedback, *, judged: bool) -> AnySlate | None:
        visitor, visits = feedback.visitor, self._visits
        if not visits.asks_for(feedback):
            return None
        started_at = self._clock()
        asked = self._hybrid.score(
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
            tally.add(asked.candidates, asked.items, self._hybrid.row(feedback.item), visitor, feedback.at)
        return asked
