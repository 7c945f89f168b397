"""How answers become one list: what is learned, in which situation, and what is never broken by it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import CONTEXTS, ContextFeatures
from online_models.ranking.linear_ranker import ITEMS, LinearRanker

NOW = 1_700_000_000.0
NO_STATISTICS = ItemStatistics()
MEMBERS = ("transitions", "popularity", "content")


def said(*lists: dict[int, float], limit: int = 12) -> Candidates:
    rows, values = np.full((len(lists), limit), -1, np.int32), np.zeros((len(lists), limit), np.float32)
    for member, items in enumerate(lists):
        ordered = sorted(items.items(), key=lambda pair: (-pair[1], pair[0]))
        for place, (row, value) in enumerate(ordered):
            rows[member, place], values[member, place] = row, value
    return Candidates(rows, values)


def ranked(*rows: int) -> dict[int, float]:
    return {row: 1 / place for place, row in enumerate(rows, 1)}


def after(items: int, last: int = 99) -> ContextFeatures:
    return ContextFeatures(items, False, 10.0, last if items else -1, 5.0, NOW)


def listed(ranker: LinearRanker, candidates: Candidates, context: ContextFeatures) -> list[int]:
    rows: list[int] = ranker.rank(candidates, context, NO_STATISTICS).items.tolist()
    return rows


def test_nothing_said_gives_nothing() -> None:
    assert listed(LinearRanker(MEMBERS), said({}, {}, {}), after(0)) == []


def test_what_nothing_is_known_of_stands_in_order_of_row() -> None:
    assert listed(LinearRanker(MEMBERS), said(ranked(9, 4), ranked(7), {}), after(1)) == [4, 7, 9]


def test_it_learns_whom_to_follow_in_which_situation() -> None:
    ranker = LinearRanker(MEMBERS)
    draws = np.random.default_rng(0)
    for _ in range(400):
        left, right = draws.choice(50, 2, replace=False)
        candidates = said(ranked(int(left)), ranked(int(right)), {})
        ranker.learn_one(int(left), candidates, after(5), NO_STATISTICS)
        ranker.learn_one(int(right), candidates, after(0), NO_STATISTICS)
    candidates = said(ranked(60), ranked(61), {})
    assert listed(ranker, candidates, after(5)) == [60, 61]
    assert listed(ranker, candidates, after(0)) == [61, 60]
    shares = ranker.shares()
    assert shares[CONTEXTS[3]]["transitions"] > shares[CONTEXTS[0]]["transitions"]
    assert all(sum(share.values()) == pytest.approx(1) for share in shares.values())


def test_it_beats_the_best_member_where_each_knows_a_part() -> None:
    """Each member names the taken item first in 40 % of all cases, each in others, and somewhere in 70 %."""
    ranker = LinearRanker(MEMBERS)
    draws = np.random.default_rng(1)
    firsts = np.zeros(4)
    for step in range(1500):
        target, *others = draws.choice(200, 12, replace=False).tolist()
        candidates = said(*(_informed(target, others, draws) for _ in MEMBERS))
        if step >= 500:
            firsts[:3] += candidates.items[:, 0] == target
            firsts[3] += listed(ranker, candidates, after(1))[0] == target
        ranker.learn_one(target, candidates, after(1), NO_STATISTICS)
    assert firsts[3] > 1.08 * firsts[:3].max()


def _informed(target: int, others: list[int], draws: np.random.Generator) -> dict[int, float]:
    listed = draws.permutation(others)[:6].tolist()
    luck = draws.random()
    if luck < 0.7:
        listed.insert(0 if luck < 0.4 else 3, target)
    return ranked(*listed)


def test_an_item_that_no_member_named_teaches_nothing() -> None:
    ranker = LinearRanker(MEMBERS)
    ranker.learn_one(500, said(ranked(1, 2), ranked(3), {}), after(1), NO_STATISTICS)
    assert str(ranker.dump()) == str(LinearRanker(MEMBERS).dump())


def test_a_dismissed_item_falls_and_the_step_is_bounded() -> None:
    ranker = LinearRanker(MEMBERS)
    candidates = said(ranked(1, 2), ranked(2, 3), {})
    before = dict(_scores(ranker, candidates))
    ranker.learn_dismissed(1, candidates, after(1), NO_STATISTICS)
    after_it = dict(_scores(ranker, candidates))
    assert after_it[1] - after_it[3] < before[1] - before[3]
    for _ in range(1000):
        ranker.learn_dismissed(1, candidates, after(1), NO_STATISTICS)
    assert all(abs(score) < 20 for score in dict(_scores(ranker, candidates)).values())


def test_dismissing_the_only_candidate_moves_nothing() -> None:
    ranker = LinearRanker(MEMBERS)
    ranker.learn_dismissed(1, said(ranked(1), {}, {}), after(1), NO_STATISTICS)
    assert not ranker.dump()["weights"].any()  # type: ignore[union-attr]  # State is a union; this is an array.


def _scores(ranker: LinearRanker, candidates: Candidates) -> list[tuple[int, float]]:
    ranked = ranker.rank(candidates, after(1), NO_STATISTICS)
    return list(zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True))


def test_what_was_shown_in_vain_is_learned_to_stand_lower() -> None:
    ranker = LinearRanker(MEMBERS)
    draws = np.random.default_rng(2)
    ignoring = after(1)
    for _ in range(300):
        shown, fresh = draws.choice(50, 2, replace=False).tolist()
        candidates = said({shown: 1.0, fresh: 1.0}, {}, {})
        ignoring = after(1)._replace(ignored_items=np.array([shown], np.int32), ignored=np.array([2], np.float32))
        ranker.learn_one(fresh, candidates, ignoring, NO_STATISTICS)
    ignoring = ignoring._replace(ignored_items=np.array([60], np.int32))
    assert listed(ranker, said({60: 1.0, 61: 1.0}, {}, {}), ignoring) == [61, 60]


def test_the_carrier_is_the_member_that_added_most() -> None:
    ranker = LinearRanker(MEMBERS, {"transitions": [0, 1, 0, 0, 0, 0], "popularity": [0, 0.5, 0, 0, 0, 0]})
    candidates = said({1: 4.0, 2: 1.0}, {2: 3.0, 3: 1.0}, {})
    ranked = ranker.rank(candidates, after(1), NO_STATISTICS)
    top_sources = dict(zip(ranked.items.tolist(), ranked.top_sources.tolist(), strict=True))
    assert top_sources == {1: 0, 2: 1, 3: 1}


def test_day_one_weights_speak_before_anything_is_learned() -> None:
    ranker = LinearRanker(MEMBERS, {"popularity": [0, 0, 1, 0, 0, 0], "stranger": [1] * 6, ITEMS: [0] * 12})
    assert listed(ranker, said({}, ranked(8, 3, 5), {}), after(0)) == [8, 3, 5]


def test_a_snapshot_is_taken_over_by_name() -> None:
    ranker = LinearRanker(MEMBERS)
    candidates = said(ranked(1, 2), ranked(2, 3), ranked(4, 1))
    for _ in range(5):
        ranker.learn_one(2, candidates, after(1), NO_STATISTICS)
    same, other = LinearRanker(MEMBERS), LinearRanker(("content", "newcomer", "transitions"))
    same.load(ranker.dump())
    assert _scores(same, candidates) == _scores(ranker, candidates)
    other.load(ranker.dump())
    only = said(ranked(1, 2), {}, {})
    elsewhere = said({}, {}, ranked(1, 2))
    assert dict(_scores(other, elsewhere)) == pytest.approx(dict(_scores(ranker, only)))
    assert ranker.shares() != other.shares()


@pytest.mark.parametrize("name", ["weights", "squares", "members"])
def test_a_state_that_does_not_fit_is_refused(name: str) -> None:
    state = LinearRanker(MEMBERS).dump()
    with pytest.raises(InvalidState):
        LinearRanker(MEMBERS).load({key: value for key, value in state.items() if key != name})
    broken = state | {"weights": np.full((15, 30), np.nan, np.float32)}
    with pytest.raises(InvalidState):
        LinearRanker(MEMBERS).load(broken)


answers_of_members = st.lists(
    st.dictionaries(st.integers(0, 2**31 - 1) | st.integers(0, 40), st.floats(2**-100, 2**100, width=32), max_size=12),
    min_size=3,
    max_size=3,
)


@given(answers_of_members, st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_every_list_is_well_formed(lists: list[dict[int, float]], items: int, seed: int) -> None:
    ranker = LinearRanker(MEMBERS)
    candidates = said(*lists)
    weights = np.random.default_rng(seed).normal(size=(15, 30)).astype(np.float32)
    ranker.load(ranker.dump() | {"weights": weights})
    ranked = ranker.rank(candidates, after(items), NO_STATISTICS)
    spoken = {row for items_of in lists for row in items_of}
    assert sorted(ranked.items.tolist()) == sorted(spoken)
    assert np.isfinite(ranked.scores).all()
    keys = list(zip((-ranked.scores).tolist(), ranked.items.tolist(), strict=True))
    assert keys == sorted(keys)
    for row, top_source in zip(ranked.items.tolist(), ranked.top_sources.tolist(), strict=True):
        assert row in lists[top_source]


def test_asking_changes_nothing() -> None:
    ranker = LinearRanker(MEMBERS)
    ranker.learn_one(2, said(ranked(1, 2), ranked(2, 3), {}), after(1), NO_STATISTICS)
    before = str(ranker.dump())
    ranker.rank(said(ranked(1, 2), ranked(2, 3), {}), after(1), NO_STATISTICS)
    assert str(ranker.dump()) == before
