"""The ranker's first weights."""

import numpy as np
import pytest

from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.linear_ranker import ITEMS, LinearRanker
from online_models.registry import PRIOR_WEIGHTS


def test_every_line_has_its_numbers() -> None:
    assert {name: len(weights) for name, weights in PRIOR_WEIGHTS.items()} == {
        name: 12 if name == ITEMS else 6 for name in PRIOR_WEIGHTS
    }


@pytest.mark.parametrize("name", ["transitions", "popularity", "content", "top_rated", "category", "preferences"])
def test_a_member_that_alone_has_something_to_say_is_followed(name: str) -> None:
    members = [member for member in PRIOR_WEIGHTS if member != ITEMS]
    rows, values = np.full((len(members), 10), -1, np.int32), np.zeros((len(members), 10), np.float32)
    place = members.index(name)
    rows[place], values[place] = [9, 3, 7, 1, 8, 2, 6, 4, 5, 0], np.linspace(1, 0.1, 10)
    statistics = ItemStatistics()
    ranked = LinearRanker(members, PRIOR_WEIGHTS).rank(
        Candidates(rows, values), ContextFeatures(0, False, 1e9, -1, 0.0, now=0.0), statistics
    )
    assert ranked.items.tolist() == rows[place].tolist()
    assert set(ranked.top_sources.tolist()) == {place}
