"""Shuffled targets are found by chance alone, by the hybrid and by each member: nobody sees an answer beforehand.

What chance is. The items of a stream are shuffled over its events, so each order of the items that have not come yet
is as likely as any other. The next one is right for a list with the share that the list's items have of them. The
visitor's last item is in no list, and lists are not judged by it, so that it does not count. Where all of n items come
equally often, that is about k / (n - 1); where some come more often, a list of those is right more often, without
knowing anything of the visitor. Since each list's chance is known exactly, so is how far from their sum the number of
hits may be.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from online_models.evaluation.evaluation import build_evaluation
from online_models.evaluation.protocols import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId
from online_models.schema.feedback import Feedback
from tests.online_models.scripted import Tick
from tests.online_models.watched import Watched, half_a_minute_apart, round_trips

K, ITEMS = 5, 40
RULES = Rules(k=K, warm_up=0.0)
EVEN = round_trips(visitors=60, steps=ITEMS, items=ITEMS)
SKEWED = [event for event in EVEN if int(event.split("i")[1]) ** 2 % ITEMS < int(event.split()[0][1:]) % ITEMS]
CERTAIN = 4.0
"""Standard errors that chance exceeds once in 16,000 times."""


class Chance(Watched):
    """Notes how likely each list is to be right, if the items to come are in any order."""

    def __init__(self, events: Sequence[str]) -> None:
        super().__init__()
        self.to_come = Counter(event.split()[1] for event in events)
        self.chances: list[list[float]] = []

    def look(self, feedback: Feedback, slate: Slate) -> None:
        if feedback.visitor in self.last:
            others = self.to_come.total() - self.to_come[self.last[feedback.visitor]]
            held = [sum(self.to_come[self.name(item) or ""] for item in line) for line in self.lists(slate, K)]
            self.chances.append([count / others for count in held])

    def learn(self, feedback: Feedback, slate: Slate | None) -> object:
        learned = super().learn(feedback, slate)
        self.to_come[feedback.item] -= 1
        return learned


class Peeking(Chance):
    """A recommender that knows what comes, and puts it into one list of ten."""

    def __init__(self, events: Sequence[str]) -> None:
        super().__init__(events)
        self._events = [ItemId(event.split()[1]) for event in events]

    def changed(self, slate: Slate) -> Slate:
        next_item = self.index(self._events[-self.to_come.total()])
        if self.to_come.total() % 10 == 0 and next_item >= 0 and len(slate.items):
            slate.items[0] = next_item
        return slate


def shuffled(events: Sequence[str]) -> list[str]:
    """Return the same visitors in the same order, with the items shuffled over all events."""
    visitors, items = zip(*(event.split() for event in events), strict=True)
    order = np.random.default_rng(5).permutation(len(events)).tolist()
    return [f"{visitor} {items[place]}" for visitor, place in zip(visitors, order, strict=True)]


def hits_and_chances(watched: Chance, events: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return whether each list was right, and how likely that was: shape (lists, members + 1)."""
    measures = walk_prequentially(watched, half_a_minute_apart(events), RULES, Tick())
    return (measures.warm.ranks > 0).astype(np.float64), np.array(watched.chances)


def standard_errors(hits: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many standard errors the hits of each member are more than chance; 0 for one that is silent."""
    spread = np.sqrt((chances * (1 - chances)).sum(axis=0))
    errors: NDArray[np.float64] = (hits - chances).sum(axis=0) / np.where(spread > 0, spread, 1)
    return errors


@pytest.mark.parametrize("events", [EVEN, SKEWED], ids=["even", "skewed"])
def test_shuffled_targets_are_found_by_chance(events: Sequence[str]) -> None:
    events = shuffled(events)
    watched = Chance(events)
    hits, chances = hits_and_chances(watched, events)
    more = dict(zip((*watched.members, "hybrid"), standard_errors(hits, chances).round(2).tolist(), strict=True))
    assert {name: errors for name, errors in more.items() if abs(errors) > CERTAIN} == {}
    answering = [name for name, most in zip(more, chances.max(axis=0).tolist(), strict=True) if most > 0]
    assert "hybrid" in answering
    assert len(answering) > 12, "most members answer, or there is nothing to see"


def test_chance_is_k_of_all_other_items_where_they_come_equally_often() -> None:
    hits, chances = hits_and_chances(Chance(shuffled(EVEN)), shuffled(EVEN))
    # A little less: lists rather hold what came often, and so will come less often.
    assert chances[:, -1].mean() == pytest.approx(K / (ITEMS - 1), rel=0.1)
    assert hits[:, -1].mean() == pytest.approx(K / (ITEMS - 1), rel=0.15)


def test_in_their_own_order_the_same_items_are_found() -> None:
    watched = Chance(EVEN)
    stream = half_a_minute_apart(EVEN)
    measures = walk_prequentially(watched, stream, RULES, Tick())
    result = build_evaluation("prequential", watched.members, measures, len(stream), ITEMS, RULES)
    assert result.members["hybrid"].hr > 0.9
    assert result.members["transitions"].hr > 0.9


def test_a_recommender_that_peeks_is_found_out() -> None:
    events = shuffled(EVEN)
    hits, chances = hits_and_chances(Peeking(events), events)
    assert standard_errors(hits, chances)[-1] > CERTAIN
