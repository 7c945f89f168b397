"""What visitors rate well."""

from collections import Counter

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState, read_array, read_part
from online_models.arrays.types import NO_INDEX
from online_models.models.popularity.decay_rates import YEAR
from online_models.models.popularity.rating_store import RatingStore
from online_models.models.popularity.top_rated import LEADERS, TopRated
from online_models.models.recommender import retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context, nothing_known
from online_models.visitors.influence import IN_FULL

NOW = 1_795_000_000.0


def rate(rated: TopRated, item: int, stars: float, visitor: int = NO_INDEX, at: float = NOW) -> None:
    feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "rating", stars - 3.0, at, rating=stars)
    rated.learn_one(item, feedback, nothing_known(at, visitor))


def best(rated: TopRated, now: float = NOW, limit: int = 100) -> dict[int, float]:
    scores = rated.best(now, limit)
    return dict(zip(scores.items.tolist(), scores.scores.tolist(), strict=True))


def voters(rated: TopRated) -> list[int]:
    votes = read_part(rated.dump(), "votes")
    owners: list[int] = read_array(votes, "voters", np.int32, None).tolist()
    return owners


def test_many_good_votes_pass_two_enthusiasts() -> None:
    rated = TopRated()
    for _ in range(2):
        rate(rated, 0, 5)
    for _ in range(20):
        rate(rated, 1, 4.5)
    for _ in range(40):
        rate(rated, 2, 2)
    assert list(best(rated)) == [1, 0]
    assert best(rated)[1] == pytest.approx((10 * (35 + 180) / 72 + 90) / 30)
    assert (rated.mean(0), rated.mean(1), rated.votes(2)) == (5.0, 4.5, 40)


def test_what_is_rated_below_the_mean_is_not_answered() -> None:
    rated = TopRated()
    for item, stars in enumerate([1, 2, 3, 4, 5] * 2):
        rate(rated, item % 5, stars)
    assert list(best(rated)) == [4, 3]


def test_one_vote_is_no_opinion_even_in_a_young_shop() -> None:
    rated = TopRated()
    rate(rated, 0, 5)
    assert best(rated) == {}
    rate(rated, 0, 5)
    assert best(rated)[0] == pytest.approx((10 * (35 + 10) / 12 + 10) / 12)


def stamped(visitor: str, votes: int, stars: float = 5.0) -> tuple[Feedback, Context]:
    """The vote of somebody whose network has so many of them by now."""
    number = int(visitor[1:])
    feedback = Feedback(VisitorId(visitor), ItemId("0"), "rating", 5.0, NOW, rating=stars, network="0123456789ab")
    return feedback, nothing_known(NOW, number)._replace(influence=IN_FULL._replace(votes=float(votes)))


def test_one_network_is_no_opinion_however_many_cookies_it_has() -> None:
    rated = TopRated()
    for number in range(1_000):
        rated.learn_one(0, *stamped(f"v{number}", number + 1))
    assert best(rated) == {}
    assert rated.votes(0) == 4
    for number in range(2):
        feedback, context = stamped(f"a{2_000 + number:024}", 1)
        rated.learn_one(0, msgspec.structs.replace(feedback, network=f"00000000000{number}"), context)
    assert list(best(rated)) == [0]
    assert rated.votes(0) == 6


def test_a_vote_that_is_changed_weighs_what_it_did_and_can_be_taken_back() -> None:
    rated = TopRated()
    for number in range(3):
        rated.learn_one(0, *stamped(f"v{number}", number + 1))
    for stars in (1.0, 4.0):
        rated.learn_one(0, *stamped("v1", 3, stars))
        rated.learn_one(0, *stamped("v2", 3, stars))
    assert rated.stars(0) == (0, 0, 0, 1, 1)
    for number in range(3):
        rated.withdraw(number)
    assert rated.stars(0) == (0,) * 5
    assert not rated.dump()["sums"].any()  # type: ignore[union-attr]  # an array


def test_somebody_who_signs_up_and_rates_again_counts_as_an_account() -> None:
    rated = TopRated()
    rated.learn_one(0, *stamped("v1", 2))
    assert rated.votes(0) == 0
    rated.merge_visitor(1, nothing_known(NOW, 7))
    rated.learn_one(0, *stamped(f"a{7:024}", 2))
    assert rated.votes(0) == 1


def test_without_votes_there_is_no_answer() -> None:
    rated = TopRated()
    view = Feedback(VisitorId("v"), ItemId("0"), "view", 1.0, NOW)
    rated.learn_one(0, view, nothing_known(NOW, 0))
    assert best(rated) == {}
    assert (retrieve(rated, nothing_known(NOW), 5).items == NO_INDEX).all()
    assert (rated.mean(0), rated.votes(0), rated.mean(99), rated.votes(-1)) == (0.0, 0, 0.0, 0)


def test_the_newest_vote_of_a_visitor_replaces_the_earlier() -> None:
    changed, plain = TopRated(), TopRated()
    for _ in range(50):
        rate(changed, 0, 5, visitor=3)
    rate(changed, 1, 5, visitor=3)
    rate(changed, 0, 2, visitor=3, at=NOW + 60)
    rate(changed, 0, 4, visitor=4, at=NOW + 60)
    rate(plain, 1, 5, visitor=3)
    rate(plain, 0, 2, visitor=3, at=NOW + 60)
    rate(plain, 0, 4, visitor=4, at=NOW + 60)
    assert changed.mean(0) == pytest.approx(3.0)
    assert changed.votes(0) == 2
    assert best(changed) == pytest.approx(best(plain))


def test_a_forgotten_visitor_s_votes_stay_but_are_nobody_s() -> None:
    rated = TopRated()
    rate(rated, 0, 5, visitor=3)
    rated.forget_visitor(3)
    assert 3 not in voters(rated)
    rate(rated, 0, 1, visitor=3)
    assert (rated.mean(0), rated.votes(0)) == (3.0, 2)


def test_stars_are_counted_once_a_visitor_however_often_they_change_their_mind() -> None:
    rated = TopRated()
    for visitor, stars in enumerate([5, 5, 1, 3]):
        for wavering in (2, 4, stars):
            rate(rated, 7, wavering, visitor)
    rate(rated, 8, 4.5, visitor=0)
    assert rated.stars(7) == (1, 0, 1, 0, 2)
    assert rated.stars(8) == (0, 0, 0, 0, 1)
    assert rated.stars(9) == rated.stars(-1) == (0,) * 5
    assert rated.mean(7) == pytest.approx(3.5)


def test_what_changed_is_told_once_and_all_of_it_after_a_start() -> None:
    rated, loaded = TopRated(), TopRated()
    rate(rated, 7, 5, visitor=1)
    rate(rated, 2, 5, visitor=1)
    assert (rated.take_changed(), rated.take_changed()) == ([2, 7], [])
    rated.withdraw(1)
    rate(rated, 3, 5, visitor=2)
    assert (rated.take_changed(), rated.rated()) == ([2, 3, 7], [3])
    loaded.load(rated.dump())
    assert loaded.take_changed() == [3]


def test_what_a_visitor_withdraws_counts_no_more() -> None:
    rated, never = TopRated(), TopRated()
    for item, visitor, stars in [(0, 1, 5), (0, 2, 4), (1, 1, 5), (2, 3, 3)]:
        rate(rated, item, stars, visitor)
        if visitor != 1:
            rate(never, item, stars, visitor)
    rated.withdraw(1)
    assert 1 not in voters(rated)
    assert best(rated) == pytest.approx(best(never))
    assert [rated.stars(item) for item in range(3)] == [(0, 0, 0, 1, 0), (0,) * 5, (0, 0, 1, 0, 0)]


def test_of_two_votes_of_one_visitor_the_newer_stays() -> None:
    for source_is_newer in (True, False):
        rated = TopRated()
        rate(rated, 0, 1, visitor=3, at=NOW + (60 if source_is_newer else -60))
        rate(rated, 1, 2, visitor=3)
        rate(rated, 0, 5, visitor=4, at=NOW)
        rated.merge_visitor(3, nothing_known(NOW, 4))
        assert rated.stars(0) == ((1, 0, 0, 0, 0) if source_is_newer else (0, 0, 0, 0, 1))
        rate(rated, 0, 3, visitor=4, at=NOW + 90)
        rate(rated, 1, 3, visitor=4, at=NOW + 90)
        assert rated.stars(0) == rated.stars(1) == (0, 0, 1, 0, 0)
        assert 3 not in voters(rated)


def test_beyond_its_limit_the_oldest_votes_are_nobody_s() -> None:
    votes = RatingStore(limit=3)
    entries = [votes.take(visitor, item=7) for visitor in (1, 2, 3, 4)]
    assert entries == [0, 1, 2, 0]
    assert [votes.find(visitor, 7) for visitor in (1, 2, 3, 4)] == [NO_INDEX, 1, 2, 0]
    loaded = RatingStore(limit=3)
    loaded.load(votes.dump())
    assert str(loaded.dump()) == str(votes.dump())
    assert (loaded.take(5, 7), loaded.find(2, 7), loaded.of(4)) == (1, NO_INDEX, [0])


def test_praise_fades_with_the_years() -> None:
    rated = TopRated()
    for item, stars, ago in [(0, 5, 10 * YEAR), (1, 4.5, 0), (2, 3, 0)]:
        for _ in range(10):
            rate(rated, item, stars, at=NOW - ago)
    assert list(best(rated)) == [1, 0]
    assert best(rated, NOW + 100 * YEAR)[0] == pytest.approx(3.5, abs=0.01)


def test_votes_of_decades_ago_are_replaced_as_well() -> None:
    rated = TopRated()
    rate(rated, 0, 5, visitor=3, at=NOW - 60 * YEAR)
    rate(rated, 0, 4, visitor=4, at=NOW - 60 * YEAR)
    rate(rated, 1, 3, visitor=4, at=NOW)
    assert rated.mean(0) == pytest.approx(4.5)
    rate(rated, 0, 1, visitor=4, at=NOW - 60 * YEAR)
    assert rated.mean(0) == pytest.approx(3.0)


def test_barred_items_make_room_for_others() -> None:
    rated = TopRated()
    for item, stars in enumerate([5, 4, 4, 1] * 2):
        rate(rated, item % 4, stars)
    excluded = np.array([True])
    assert retrieve(rated, nothing_known(NOW, excluded=excluded), 2).items.tolist() == [[1, 2]]
    assert rated.best(NOW, 2, excluded).items.tolist() == [1, 2]


def test_a_better_item_takes_the_place_of_the_worst_leader() -> None:
    rated = TopRated()
    for item in range(LEADERS):
        for _ in range(2):
            rate(rated, item, 4 if item else 1)
    for _ in range(2):
        rate(rated, LEADERS, 5)
    answered = best(rated, limit=LEADERS + 1)
    assert next(iter(answered)) == LEADERS
    assert len(answered) == LEADERS


def test_it_survives_dump_and_load() -> None:
    rated, loaded = TopRated(), TopRated()
    draw = np.random.default_rng(3)
    for step in range(500):
        rate(rated, int(draw.integers(40)), float(draw.integers(1, 6)), int(draw.integers(30)), NOW + 3_600 * step)
    loaded.load(rated.dump())
    for model in (rated, loaded):
        rate(model, 7, 2, visitor=5, at=NOW + 3e7)
    assert best(rated, NOW + 3e7) == best(loaded, NOW + 3e7) != {}
    assert str(rated.dump()) == str(loaded.dump())


def test_a_damaged_state_is_refused() -> None:
    rated = TopRated()
    rate(rated, 0, 5, visitor=3)
    state = rated.dump()
    twice, beyond = np.full(LEADERS, NO_INDEX, np.int32), np.full(LEADERS, NO_INDEX, np.int32)
    twice[:2], beyond[0] = 0, 9
    for damage in (
        {"sums": np.full((1, 3), np.nan)},
        {"sums": np.full((1, 3), -1.0)},
        {"stars": np.full((1, 5), -1, np.int32)},
        {"votes": {**read_part(state, "votes"), "voters": np.array([-2], np.int32)}},
        {"votes": {**read_part(state, "votes"), "items": np.array([9], np.int32)}},
        {"epoch": float("nan")},
        {"leaders": twice},
        {"leaders": beyond},
    ):
        with pytest.raises(InvalidState):
            TopRated().load({**state, **damage})


votes = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(1, 5), st.floats(min_value=0, max_value=4 * YEAR))


@given(st.lists(votes, min_size=1, max_size=40))
def test_scores_equal_the_plain_sum_over_newest_votes(given_votes: list[tuple[int, int, int, float]]) -> None:
    rated = TopRated()
    newest = {}
    for item, visitor, stars, ago in given_votes:
        rate(rated, item, stars, visitor, NOW - ago)
        newest[item, visitor] = (stars, 2 ** (-ago / YEAR))
    stars_of, votes_of = np.zeros(6), np.zeros(6)
    for (item, _), (stars, weight) in newest.items():
        stars_of[item] += stars * weight
        votes_of[item] += weight
    mean = (35 + stars_of.sum()) / (10 + votes_of.sum())
    voices = Counter(item for item, _ in newest)
    answered = best(rated)
    for item in {item for item, _ in newest}:
        plain = (10 * mean + stars_of[item]) / (10 + votes_of[item])
        assert rated.mean(item) == pytest.approx(stars_of[item] / votes_of[item])
        if item in answered:
            assert answered[item] == pytest.approx(plain, rel=1e-5)
        else:
            assert voices[item] < 2 or plain <= mean + 1e-6
    assert list(answered.items()) == sorted(answered.items(), key=lambda score: (-score[1], score[0]))


@given(st.lists(st.tuples(votes, st.floats(min_value=1.0, max_value=3e10)), min_size=1, max_size=30))
def test_nothing_overflows_whatever_the_times(given_votes: list[tuple[tuple[int, int, int, float], float]]) -> None:
    rated = TopRated()
    for (item, visitor, stars, _), at in given_votes:
        rate(rated, item, stars, visitor, at)
    for now in (1.0, NOW, 3e10):
        assert all(1 <= value <= 5.001 for value in best(rated, now).values())
    TopRated().load(rated.dump())
