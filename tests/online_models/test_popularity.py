"""Decayed counts over hours and over decades."""

import math
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.events import ItemId, VisitorId
from online_models.feedback import Feedback
from online_models.popularity import HORIZONS, HOUR, YEAR, Popularity
from online_models.recommender import Context, Touch

THEN = 1_262_304_000.0
NOW = 1_795_000_000.0


def seen(popularity: Popularity, item: int, at: float, reward: float = 1.0, before: Iterable[Touch] = ()) -> None:
    feedback = Feedback(VisitorId("v"), ItemId(str(item)), "view", reward, at)
    popularity.learn_one(item, feedback, Context(0, tuple(before), (), at))


def order(popularity: Popularity, now: float = NOW) -> list[int]:
    answer = popularity.score(Context(-1, (), (), now), 100)
    best_first: list[int] = answer.rows[np.argsort(-answer.values, kind="stable")].tolist()
    return best_first


def trending(popularity: Popularity, now: float = NOW) -> list[int]:
    answer = popularity.trending(now, 100)
    best_first: list[int] = answer.rows[np.argsort(-answer.values, kind="stable")].tolist()
    return best_first


def test_sixteen_year_old_counts_still_have_an_order() -> None:
    popularity = Popularity()
    for item, times in enumerate([5, 20, 1, 10]):
        for second in range(times):
            seen(popularity, item, THEN + second)
    assert order(popularity) == [1, 3, 0, 2]
    assert trending(popularity) == []


def test_a_few_fresh_events_trend_but_do_not_overthrow_what_is_popular() -> None:
    popularity = Popularity()
    for item in range(3):
        for second in range(2_000):
            seen(popularity, item, THEN + second)
    for second in range(4):
        seen(popularity, 7, NOW - second)
    assert trending(popularity) == [7]
    assert set(order(popularity)) == {0, 1, 2, 7}
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


def test_a_visitor_counts_once_per_window() -> None:
    once, often = Popularity(), Popularity()
    seen(once, 3, NOW)
    seen(often, 3, NOW)
    for second in range(1, 50):
        seen(often, 3, NOW + second, before=[Touch(3, 1.0, NOW + second - 1)])
    assert str(once.dump()) == str(often.dump())


def test_a_purchase_after_a_view_adds_only_the_difference() -> None:
    both, purchase = Popularity(), Popularity()
    seen(both, 3, NOW)
    seen(both, 3, NOW, reward=5.0, before=[Touch(3, 1.0, NOW)])
    seen(purchase, 3, NOW, reward=5.0)
    assert both.shares(NOW) == pytest.approx(purchase.shares(NOW), rel=1e-5)


def test_a_visitor_who_comes_back_later_counts_again() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW - 30 * 86_400)
    seen(popularity, 4, NOW - 30 * 86_400)
    seen(popularity, 3, NOW, before=[Touch(3, 1.0, NOW - 30 * 86_400)])
    assert order(popularity) == [3, 4]


def test_what_speaks_against_an_item_does_not_count() -> None:
    popularity = Popularity()
    seen(popularity, 3, NOW, reward=-3.0)
    assert order(popularity) == []


times = st.floats(min_value=1.0, max_value=3e10)


@given(st.lists(st.tuples(st.integers(0, 5), times), min_size=1, max_size=40), times)
def test_nothing_overflows_whatever_the_times(events: list[tuple[int, float]], now: float) -> None:
    popularity = Popularity()
    for item, at in events:
        seen(popularity, item, at)
    for values in (popularity.shares(now), popularity.trending(now, 10).values, popularity.latest()):
        assert np.isfinite(values).all()
    assert set(order(popularity, now)) <= {item for item, _ in events}
    assert (popularity.latest() > 0).sum() == len({item for item, _ in events})


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(min_value=0, max_value=3 * YEAR)), min_size=1, max_size=30))
def test_counts_equal_the_plain_sum(events: list[tuple[int, float]]) -> None:
    popularity = Popularity()
    for item, ago in events:
        seen(popularity, item, NOW - ago)
    long = HORIZONS[-1].half_life
    plain = [sum(2 ** (-ago / long) for item, ago in events if item == row) for row in range(4)]
    latest = popularity.shares(NOW + 400 * YEAR)
    scale = sum(plain) / HORIZONS[-1].weight
    for row, share in enumerate(latest.tolist()):
        assert math.isclose(share * scale, plain[row], rel_tol=1e-3, abs_tol=1e-6)


def test_the_shortlist_is_exact_whenever_it_was_made() -> None:
    asked, silent = Popularity(), Popularity()
    draw = np.random.default_rng(4)
    for step in range(3_000):
        item, at = int(draw.zipf(1.2)) % 2_000, NOW + 20.0 * step
        seen(asked, item, at)
        seen(silent, item, at)
        if step % 37 == 0:
            assert order(asked, at)
    at = NOW + 61_000
    fresh = Popularity()
    fresh.load(asked.dump())
    assert order(asked, at) == order(silent, at) == order(fresh, at)
    assert trending(asked, at) == trending(silent, at) == trending(fresh, at)
