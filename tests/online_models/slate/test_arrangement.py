"""From scores to the order of a slate: bounds, ties, the fallback, preferences, diversity."""

import numpy as np
import pytest

from online_models.arrays.id_index import ItemIdIndex
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.content.content import Content
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.linear_ranker import LinearRanker
from online_models.ranking.ranked_candidates import RankedCandidates
from online_models.schema.events import ItemId
from online_models.slate.arrangement import POOL, apply_preferences, arrange, order_by_id, put_first, rank_at_once

SOURCES = ("transitions", "popularity")
CONTEXT = ContextFeatures(1, False, 5.0, 99, 1.0, now=0.0)


def an_index(*ids: str) -> ItemIdIndex:
    items = ItemIdIndex(1_000)
    for item in ids:
        items.add(ItemId(item))
    return items


def ranked(scores: dict[int, float], source: int = 0) -> RankedCandidates:
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    items = np.array([item for item, _ in best], np.int32)
    return RankedCandidates(items, np.array([score for _, score in best], np.float32), np.full(len(best), source))


def content(items: int, *pairs: tuple[int, int, float]) -> Content:
    model = Content()
    near: dict[int, list[tuple[int, float]]] = {}
    for one, other, cosine in pairs:
        near.setdefault(one, []).append((other, cosine))
        near.setdefault(other, []).append((one, cosine))
    model.use_neighbors(items, near)
    return model


def proposals(*lists: list[int], limit: int = 6) -> Candidates:
    items = np.full((len(lists), limit), -1, np.int32)
    scores = np.zeros((len(lists), limit), np.float32)
    for source, own in enumerate(lists):
        items[source, : len(own)] = own
        scores[source, : len(own)] = [1 / (1 + position) for position in range(len(own))]
    return Candidates(items, scores)


def a_ranker() -> LinearRanker:
    return LinearRanker(SOURCES, {"transitions": [1, 2, 0, 0, 0, 0], "popularity": [0.5, 1, 0, 0, 0, 0]})


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    best = arrange(ranked({0: 1.0, 1: 3.0, 2: 2.0}), an_index("a", "b", "c"), content(3), 2)
    assert best.items.tolist() == [1, 2]
    assert best.scores.tolist() == [3.0, 2.0]
    assert len(arrange(ranked({}), an_index(), content(0), 5).items) == 0


def test_ties_are_broken_by_item_id() -> None:
    items = an_index("z", "m", "a")
    best = arrange(ranked({0: 1.0, 1: 1.0, 2: 1.0}), items, content(3), 3)
    assert [items.id(index) for index in best.items.tolist()] == ["a", "m", "z"]
    assert order_by_id(np.arange(3, dtype=np.int32), np.array([1.0, 1.0, 2.0]), items, 2).tolist() == [2, 1]


def test_a_tie_at_the_end_of_the_list_is_broken_by_item_id_too() -> None:
    items = an_index(*(f"i{9 - number}" for number in range(8)))
    best = arrange(ranked(dict.fromkeys(range(8), 1.0)), items, content(8), 2)
    assert [items.id(index) for index in best.items.tolist()] == ["i2", "i3"]


def test_items_like_better_ones_make_room_for_others() -> None:
    scores = {0: 2.0, 1: 1.9, 2: 1.8}
    items = an_index("a", "b", "c")
    assert arrange(ranked(scores), items, content(3), 2).items.tolist() == [0, 1]
    diverse = arrange(ranked(scores), items, content(3, (0, 1, 1.0)), 2)
    assert diverse.items.tolist() == [0, 2]


def test_only_twice_as_many_as_needed_compete() -> None:
    alike = [(0, other, 1.0) for other in range(1, 2 * POOL)]
    scores = {item: 9.0 - 0.01 * item for item in range(2 * POOL)} | {99: 8.9}
    best = arrange(ranked(scores), an_index(*(f"i{n:03}" for n in range(100))), content(100, *alike), 2)
    assert 99 not in best.items.tolist()


def test_the_fallback_puts_one_sources_candidates_first_in_its_own_order() -> None:
    candidates = proposals([1, 2], [5, 1])
    best = put_first(ranked({1: 4.0, 2: 3.0, 5: 1.0}), candidates, 1)
    assert best.items.tolist() == [5, 1, 2]
    assert best.top_sources.tolist() == [1, 1, 0]
    assert (np.diff(best.scores) < 0).all()
    assert best.scores[1] > 4.0


def test_a_silent_fallback_changes_nothing() -> None:
    best = put_first(ranked({1: 4.0, 2: 3.0}), proposals([1, 2], []), 1)
    assert best.items.tolist() == [1, 2]


def test_preferences_multiply_odds_and_sort_again() -> None:
    best = apply_preferences(ranked({1: 2.0, 2: 1.5}), np.array([0.3, 1.5], np.float32))
    assert best.items.tolist() == [2, 1]
    assert best.scores == pytest.approx([1.5 + np.log(1.5), 2.0 + np.log(0.3)])


@pytest.mark.parametrize("fallback", [-1, 0, 1])
@pytest.mark.parametrize("n", [1, 3, 9])
def test_at_once_and_step_by_step_give_the_same_slate(fallback: int, n: int) -> None:
    candidates, ranker = proposals([3, 1, 4], [1, 5, 2, 6]), a_ranker()
    like = content(8, (3, 1, 0.9), (4, 5, 0.5))
    at_once = rank_at_once(ranker.inputs(candidates, CONTEXT, ItemStatistics()), fallback, like, n)
    steps = ranker.rank(candidates, CONTEXT, ItemStatistics())
    if fallback >= 0:
        steps = put_first(steps, candidates, fallback)
    steps = arrange(steps, an_index(*(f"i{number}" for number in range(8))), like, n)
    assert at_once is not None
    assert at_once.items.tolist() == steps.items.tolist()
    assert at_once.top_sources.tolist() == steps.top_sources.tolist()
    assert at_once.scores == pytest.approx(steps.scores)


def test_at_once_leaves_ties_to_those_who_know_the_ids() -> None:
    candidates = proposals([3], [])
    same = Candidates(np.array([[3, 4], [-1, -1]], np.int32), np.array([[1, 1], [0, 0]], np.float32))
    ranker = a_ranker()
    assert rank_at_once(ranker.inputs(same, CONTEXT, ItemStatistics()), -1, content(8), 2) is None
    only = rank_at_once(ranker.inputs(candidates, CONTEXT, ItemStatistics()), -1, content(8), 2)
    assert only is not None
    assert only.items.tolist() == [3]
