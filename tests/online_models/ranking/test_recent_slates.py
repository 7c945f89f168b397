"""The last slate of each visitor, learned from once."""

import numpy as np

from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.recent_slates import RecentSlates, Slate


def a_slate(*items: int) -> Slate:
    listed, scores = np.array(items, np.int32), np.ones(len(items), np.float32)
    context = ContextFeatures(0, False, 1.0, -1, 0.0, 0.0)
    return Slate(Candidates(listed[None], scores[None]), context, listed, scores, np.zeros(len(items), np.int32))


def test_a_slate_is_taken_once() -> None:
    slates, slate = RecentSlates(), a_slate(1)
    slates.put(3, slate)
    assert slates.get(3) is slate
    assert slates.take(3) is slate
    assert slates.take(3) is slates.get(3) is None


def test_the_newest_slate_of_a_visitor_counts() -> None:
    slates, newer = RecentSlates(), a_slate(2)
    slates.put(3, a_slate(1))
    slates.put(3, newer)
    assert slates.take(3) is newer


def test_the_visitor_ranked_longest_ago_makes_room() -> None:
    slates = RecentSlates(limit=2)
    for visitor in (1, 2, 1, 3):
        slates.put(visitor, a_slate(visitor))
    assert slates.get(2) is None
    assert slates.get(1) is not None
    assert slates.get(3) is not None


def test_looking_at_a_slate_does_not_keep_it_longer() -> None:
    slates = RecentSlates(limit=2)
    slates.put(1, a_slate(1))
    slates.put(2, a_slate(2))
    slates.get(1)
    slates.put(3, a_slate(3))
    assert slates.get(1) is None
