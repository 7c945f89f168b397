"""What the ranker learns, here or from other learners, with the network and without."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.judgment import pack, unpack
from online_models.ranking.online_ranker import OnlineRanker
from online_models.ranking.recent_slates import Slate

MEMBERS = ("transitions", "popularity")
CONTEXT = ContextFeatures(3, False, 30.0, 99_999, 2.0, now=0.0)


def a_ranker(network_seed: int | None = 1) -> OnlineRanker:
    prior: dict[str, list[float]] = {"transitions": [0, 0, 1, 0, 0, 0], "popularity": [0, 0, 0.9, 0, 0, 0]}
    return OnlineRanker(MEMBERS, ItemStatistics(), prior, network_seed)


def a_slate(ranker: OnlineRanker, *lists: list[int]) -> Slate:
    items, scores = np.full((2, 20), -1, np.int32), np.zeros((2, 20), np.float32)
    for source, listed in enumerate(lists):
        items[source, : len(listed)] = listed
        scores[source, : len(listed)] = 1 / np.arange(1, len(listed) + 1)
    candidates = Candidates(items, scores)
    ranked = ranker.rank(candidates, CONTEXT)
    return Slate(candidates, CONTEXT, *ranked)


def taught(author: OnlineRanker, *others: OnlineRanker, lists: int = 400) -> None:
    """Let a ranker judge slates, and let it and others learn what it publishes."""
    draws = np.random.default_rng(3)
    for number in range(lists):
        agreed, target, *rest = draws.choice(200, 9, replace=False).tolist()
        slate = a_slate(author, [target, agreed, *rest], [agreed, *rest])
        judgment = author.judge(target, slate, dismissed=number % 40 == 0)
        assert judgment is not None
        packed = pack(judgment)
        for ranker in (author, *others):
            ranker.learn_one(unpack(packed))


def order(ranker: OnlineRanker) -> list[int]:
    items: list[int] = a_slate(ranker, [1, 2, *range(10, 16)], [2, *range(10, 16)]).items.tolist()
    return items


def test_all_rankers_are_the_same_that_learn_from_one_log() -> None:
    author, other = a_ranker(), a_ranker()
    taught(author, other)
    assert str(author.dump()) == str(other.dump())
    assert order(author) == order(other)
    assert author.inputs(a_slate(author, [1], [2]).candidates, CONTEXT).bends


def test_the_linear_ranker_alone_learns_as_it_does_beside_the_network() -> None:
    both, alone = a_ranker(), a_ranker(network_seed=None)
    taught(both, alone)
    assert str(both.dump()["linear"]) == str(alone.dump()["linear"])
    assert "network" not in alone.dump()
    assert not alone.inputs(a_slate(alone, [1], [2]).candidates, CONTEXT).bends


def test_a_snapshot_holds_the_network() -> None:
    ranker, restored = a_ranker(), a_ranker(network_seed=5)
    taught(ranker)
    restored.load(ranker.dump())
    taught(ranker, restored, lists=5)
    assert str(restored.dump()) == str(ranker.dump())
    with pytest.raises(InvalidState):
        a_ranker().load(a_ranker(network_seed=None).dump())


def test_a_repeat_of_the_last_item_that_nobody_proposed_is_not_judged() -> None:
    ranker = a_ranker()
    assert ranker.judge(CONTEXT.last, a_slate(ranker, [1, 2], [3])) is None
    assert ranker.judge(500, a_slate(ranker, [1, 2], [3])) is not None
