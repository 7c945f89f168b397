"""What a judged slate teaches the linear ranker and the network together."""

import numpy as np

from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.linear_ranker import LinearRanker
from online_models.ranking.network.layout import POOL
from online_models.ranking.network.lesson import Lesson, lesson_of
from online_models.ranking.network.ranking_network import RankingNetwork
from online_models.ranking.ranked_candidates import RankedCandidates, rank_candidates

MEMBERS = ("transitions", "popularity")
STATISTICS = ItemStatistics()
CONTEXT = ContextFeatures(3, False, 30.0, 99_999, 2.0, now=0.0)


class Both:
    """A linear ranker and the network beside it."""

    def __init__(self) -> None:
        self.linear = LinearRanker(MEMBERS, {"transitions": [0, 0, 1, 0, 0, 0], "popularity": [0, 0, 0.9, 0, 0, 0]})
        self.network = RankingNetwork(MEMBERS, seed=1)

    def lesson(self, item: int, candidates: Candidates, *, dismissed: bool = False) -> Lesson:
        inputs = self.linear.inputs(candidates, CONTEXT, STATISTICS)._replace(network=self.network.weights)
        return lesson_of(inputs, item, dismissed=dismissed)

    def learn(self, item: int, candidates: Candidates) -> float:
        lesson = self.lesson(item, candidates)
        self.network.learn_one(self.contexts(candidates), lesson.network, lesson.gain)
        return lesson.gain

    def contexts(self, candidates: Candidates) -> tuple[int, int, int, int]:
        return self.linear.inputs(candidates, CONTEXT, STATISTICS).contexts

    def rank(self, candidates: Candidates, *, bends: bool) -> RankedCandidates:
        inputs = self.linear.inputs(candidates, CONTEXT, STATISTICS)
        inputs = inputs._replace(network=self.network.weights, bends=bends)
        return RankedCandidates(*rank_candidates(inputs, candidates.items.size))


def proposed(*lists: list[int], limit: int = 50) -> Candidates:
    items, scores = np.full((len(lists), limit), -1, np.int32), np.zeros((len(lists), limit), np.float32)
    for source, listed in enumerate(lists):
        items[source, : len(listed)] = listed
        scores[source, : len(listed)] = 1 / np.arange(1, len(listed) + 1)
    return Candidates(items, scores)


def test_the_linear_part_is_the_linear_rankers_own() -> None:
    both, candidates = Both(), proposed([1, 2, 3], [3, 4])
    for dismissed in (False, True):
        lesson = both.lesson(4, candidates, dismissed=dismissed)
        gradient = both.linear.gradient(4, candidates, CONTEXT, STATISTICS, dismissed=dismissed)
        assert np.array_equal(lesson.linear, gradient.slopes)
        assert lesson.network.any()


def test_an_item_that_nobody_proposed_teaches_nothing() -> None:
    lesson = Both().lesson(500, proposed([1, 2], [3]))
    assert (len(lesson.linear), len(lesson.network), lesson.gain) == (0, 0, 0.0)


def test_an_item_behind_the_pool_teaches_the_linear_ranker_alone() -> None:
    candidates = proposed(list(range(50)), list(range(100, 150)))
    last = Both().rank(candidates, bends=False).items[-1]
    lesson = Both().lesson(int(last), candidates)
    assert len(lesson.linear)
    assert not len(lesson.network)


def test_it_learns_what_the_linear_ranker_does_not_say() -> None:
    """The right item is the one that exactly one of two sources proposes first."""
    both, draws = Both(), np.random.default_rng(3)
    gains = []
    for _ in range(3_000):
        agreed, left, right, *others = draws.choice(200, 9, replace=False).tolist()
        first, second = ([left, agreed], [agreed]) if draws.random() < 0.5 else ([agreed], [right, agreed])
        target = left if first[0] == left else right
        gains.append(both.learn(target, proposed([*first, *others], [*second, *others])))
    assert np.mean(gains[-500:]) > 0.2
    candidates = proposed([1, 2, *range(10, 16)], [2, *range(10, 16)])
    assert both.network.leads(both.contexts(candidates))
    assert both.rank(candidates, bends=False).items[0] == 2
    assert both.rank(candidates, bends=True).items[0] == 1


def test_what_is_behind_the_pool_stays_behind_it_in_order() -> None:
    both, draws = Both(), np.random.default_rng(5)
    candidates = proposed(list(range(50)), list(range(100, 150)))
    for _ in range(300):
        both.learn(int(draws.integers(50)), candidates)
    straight, bent = both.rank(candidates, bends=False), both.rank(candidates, bends=True)
    assert sorted(bent.items.tolist()) == sorted(straight.items.tolist())
    assert set(bent.items[:POOL].tolist()) == set(straight.items[:POOL].tolist())
    assert not np.array_equal(bent.items[:POOL], straight.items[:POOL])
    assert np.array_equal(bent.items[POOL:], straight.items[POOL:])
    assert (np.diff(bent.scores) <= 0).all()
