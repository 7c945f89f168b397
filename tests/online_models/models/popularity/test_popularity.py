"""Decayed counts over hours and over decades."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.models.popularity.decay_rates import DAY, DECAY_RATES, HOUR, LEADERS, WEEK, YEAR
from online_models.models.popularity.popularity import Popularity, Trending
from online_models.models.recommender import Candidates, retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback, FeedbackKind
from online_models.visitors.context import Context, nothing_known

THEN = 1_262_304_000.0
NOW = 1_795_000_000.0
HALF_LIVES = {"popularity": WEEK, "popularity_day": DAY, "popularity_hour": HOUR}

Before = list[tuple[int, float, float]]


def context(now: float, before: Before) -> Context:
    rows, rewards, times = zip(*before, strict=True) if before else ((), (), ())
    return nothing_known(now, visitor=0)._replace(
        items=np.array(rows, np.int32),
        rewards=np.array(rewards, np.float32),
        times=np.array(times, np.float64),
        counts=np.ones(len(before), np.int32),
    )


def seen(
    popularity: Popularity,
    item: int,
    at: float,
    reward: float = 1.0,
    before: Before | None = None,
    kind: FeedbackKind = "view",
) -> None:
    feedback = Feedback(VisitorId("v"), ItemId(str(item)), kind, reward, at)
    popularity.learn_one(item, feedback, context(at, before or []))


def answers(popularity: Popularity, now: float = NOW, limit: int = 100) -> dict[str, dict[int, float]]:
    answers = retrieve(popularity, nothing_known(now), limit)
    return {
        name: {row: value for row, value in zip(rows, values, strict=True) if row >= 0}
        for name, rows, values in zip(popularity.names, answers.items.tolist(), answers.scores.tolist(), strict=True)
    }


def order(popularity: Popularity, now: float = NOW) -> list[int]:
    return list(answers(popularity, now)["popularity"])


def trending(popularity: Popularity, now: float = NOW) -> list[int]:
    rows: list[int] = popularity.trending(now, 100).items.tolist()
    return rows


def same(one: Candidates, other: Candidates) -> bool:
    return np.array_equal(one.items, other.items) and np.array_equal(one.scores, other.scores)


def test_each_half_life_answers_with_its_own_counts() -> None:
    popularity = Popularity()
    for item, ago in [(0, 0.0), (1, HOUR), (2, DAY), (2, DAY), (2, DAY)]:
        seen(popularity, item, NOW - ago)
    said = answers(popularity)
    assert list(said["popularity_hour"]) == [0, 1, 2]
    assert said["popularity_hour"][1] == pytest.approx(0.5)
    assert said["popularity_day"] == pytest.approx({2: 1.5, 0: 1.0, 1: 2 ** (-1 / 24)})
    assert said["popularity"][2] == pytest.approx(3 * 2 ** (-1 / 7))


def test_sixteen_year_old_counts_still_have_an_order() -> None:
    popularity = Popularity()
    for item, times in enumerate([5, 20, 1, 10]):
        for second in range(times):
            seen(popularity, item, THEN + second)
    assert order(popularity) == [1, 3, 0, 2]
    assert order(popularity, THEN + 60) == [1, 3, 0, 2]
    assert answers(popularity)["popularity_hour"] == {}
    assert trending(popularity) == []


def test_the_fresh_come_first_and_the_old_follow_by_what_they_sold_in_all() -> None:
    popularity = Popularity()
    for item in range(3):
        for second in range(200 * (item + 1)):
            seen(popularity, item, THEN + second)
    for second in range(4):
        seen(popularity, 7, NOW - second)
    assert trending(popularity) == [7]
    assert order(popularity) == [7, 2, 1, 0]
    assert popularity.latest().argmax() == 7


def test_what_rises_trends_above_what_is_always_popular() -> None:
    popularity = Popularity()
    for hour in range(24 * 60):
        for _ in range(10):
            seen(popularity, 0, NOW - 60 * 86_400 + hour * HOUR)
    for second in range(15):
        seen(popularity, 1, NOW - second)
    for second in range(30):
        seen(popularity, 0, NOW - second)
    assert trending(popularity)[0] == 1
    assert order(popularity)[0] == 0


def test_the_member_trending_says_what_the_counts_say_without_the_barred() -> None:
    popularity = Popularity()
    for _ in range(20):
        seen(popularity, 0, NOW - YEAR)
    for item in (4, 4, 4, 2, 2, 6):
        seen(popularity, item, NOW)
    member = Trending(popularity)
    assert retrieve(member, nothing_known(NOW), 2).items.tolist() == [trending(popularity)[:2]]
    excluded = np.array([False, False, False, False, True])
    assert set(retrieve(member, nothing_known(NOW, excluded=excluded), 5).items[0].tolist()) == {2, 6, -1}


def test_barred_items_make_room_for_others() -> None:
    popularity = Popularity()
    for item, times in enumerate([5, 20, 1, 10]):
        for _ in range(times):
            seen(popularity, item, NOW)
    excluded = np.array([False, True])
    assert retrieve(popularity, nothing_known(NOW, excluded=excluded), 2).items.tolist() == [[3, 0]] * 3
    assert retrieve(popularity, nothing_known(NOW + 16 * YEAR, excluded=excluded), 2).items.tolist() == [
        [3, 0],
        [-1] * 2,
        [-1] * 2,
    ]


def test_a_visitor_counts_once_per_window() -> None:
    once, often = Popularity(), Popularity()
    seen(once, 3, NOW)
    seen(often, 3, NOW)
    for second in range(1, 50):
        seen(often, 3, NOW + second, before=[(3, 1.0, NOW + second - 1)])
    assert str(once.dump()) == str(often.dump())


def test_a_visitor_who_comes_back_after_an_hour_counts_again_for_the_hour_alone() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW - 2 * HOUR)
    seen(popularity, 3, NOW, before=[(3, 1.0, NOW - 2 * HOUR)])
    said = answers(popularity)
    assert said["popularity_hour"][3] == pytest.approx(1.25)
    assert said["popularity_day"][3] == pytest.approx(2 ** (-1 / 12))


def test_a_purchase_after_a_view_adds_only_the_difference() -> None:
    both, purchase = Popularity(), Popularity()
    seen(both, 3, NOW)
    seen(both, 3, NOW, reward=5.0, before=[(9, 1.0, NOW), (3, 1.0, NOW)])
    seen(purchase, 3, NOW, reward=5.0)
    assert both.shares(NOW) == pytest.approx(purchase.shares(NOW), rel=1e-5)


def test_who_takes_a_choice_back_and_makes_it_again_does_not_count_twice() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW)
    for reward in (1.0, 3.0):
        seen(popularity, 3, NOW, reward, before=[(3, -3.0, NOW)])
    assert answers(popularity)["popularity_hour"] == {3: 3.0}


def test_what_speaks_against_an_item_does_not_count() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW, reward=-3.0, kind="dismissal")
    assert order(popularity) == []


def test_a_damaged_state_is_refused() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW)
    for damage in ({"levels": np.full((2, 4), np.nan)}, {"levels": np.zeros((2, 3))}, {"totals": np.full(4, np.inf)}):
        with pytest.raises(InvalidState):
            Popularity().load({**popularity.dump(), **damage})


times = st.floats(min_value=1.0, max_value=3e10)


@given(st.lists(st.tuples(st.integers(0, 5), times), min_size=1, max_size=40), times)
def test_nothing_overflows_whatever_the_times(events: list[tuple[int, float]], now: float) -> None:
    popularity = Popularity()
    for item, at in events:
        seen(popularity, item, at)
    for values in (popularity.shares(now), popularity.trending(now, 10).scores, popularity.latest()):
        assert np.isfinite(values).all()
    said = retrieve(popularity, nothing_known(now), 10)
    assert np.isfinite(said.scores).all()
    assert ((said.scores > 0) == (said.items >= 0)).all()
    assert set(order(popularity, now)) == {item for item, _ in events}
    assert (popularity.latest() > 0).sum() == len({item for item, _ in events})


ago = st.floats(min_value=0, max_value=30 * DAY)


@given(st.lists(st.tuples(st.integers(0, 8), ago, st.sampled_from([1.0, 3.0, 5.0])), min_size=1, max_size=60))
def test_answers_equal_the_plain_sum_in_its_order(events: list[tuple[int, float, float]]) -> None:
    popularity = Popularity()
    for item, since, reward in events:
        seen(popularity, item, NOW - since, reward)
    for name, said in answers(popularity).items():
        plain = dict.fromkeys((item for item, _, _ in events), 0.0)
        for item, since, reward in events:
            plain[item] += reward * 2 ** (-since / HALF_LIVES[name])
        for item, count in plain.items():
            if count >= 1e-6:
                assert said[item] == pytest.approx(count, rel=1e-4)
        assert list(said.items()) == sorted(said.items(), key=lambda answer: (-answer[1], answer[0]))


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(min_value=0, max_value=3 * YEAR)), min_size=1, max_size=30))
def test_shares_of_years_equal_the_plain_sum(events: list[tuple[int, float]]) -> None:
    popularity = Popularity()
    for item, since in events:
        seen(popularity, item, NOW - since)
    long = DECAY_RATES[-1].half_life
    plain = [sum(2 ** (-since / long) for item, since in events if item == row) for row in range(4)]
    shares = popularity.shares(NOW + 400 * YEAR)
    scale = sum(plain) / DECAY_RATES[-1].weight
    for row, share in enumerate(shares.tolist()):
        assert math.isclose(share * scale, plain[row], rel_tol=1e-3, abs_tol=1e-6)


def test_the_leaders_are_exact_after_any_stream_and_after_loading() -> None:
    popularity = Popularity()
    draw = np.random.default_rng(4)
    counts = np.zeros((2_000, 3))
    half_lives = np.array(list(HALF_LIVES.values()))
    for step in range(3_000):
        item, at = int(draw.zipf(1.2)) % 2_000, NOW + 20.0 * step
        seen(popularity, item, at)
        counts[item] += 2 ** ((at - NOW) / half_lives)
    now = NOW + 60_000
    said = retrieve(popularity, nothing_known(now), LEADERS)
    for member in range(3):
        assert (counts[:, member] > 0).sum() > LEADERS
        best = np.lexsort((np.arange(2_000), -counts[:, member]))[:50]
        assert said.items[member, :50].tolist() == best.tolist()
    loaded = Popularity()
    loaded.load(popularity.dump())
    assert same(said, retrieve(loaded, nothing_known(now), LEADERS))
    seen(popularity, 1_999, now)
    seen(loaded, 1_999, now)
    assert same(retrieve(popularity, nothing_known(now), LEADERS), retrieve(loaded, nothing_known(now), LEADERS))
    assert trending(popularity, now) == trending(loaded, now)
