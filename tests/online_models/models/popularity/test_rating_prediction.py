"""Stars that visitors will give."""

from collections.abc import Iterator

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.arrays.types import NO_INDEX
from online_models.models.popularity.rating_prediction import FEATURES, RatingPrediction

VISITORS, ITEMS = 40, 60
MEAN = 3.5


def some_ratings(count: int, seed: int = 3) -> Iterator[tuple[int, int, float]]:
    """Draw stars that follow from how good an item is, how strict a visitor is, and chance."""
    draw = np.random.default_rng(seed)
    strict, good = draw.normal(0, 0.7, VISITORS), draw.normal(0, 0.7, ITEMS)
    for _ in range(count):
        visitor, item = int(draw.integers(VISITORS)), int(draw.integers(ITEMS))
        stars = round(MEAN + strict[visitor] + good[item] + draw.normal(0, 0.5))
        yield visitor, item, float(min(5, max(1, stars)))


def taught(count: int = 300) -> RatingPrediction:
    ratings = RatingPrediction()
    for visitor, item, stars in some_ratings(count):
        ratings.learn_one(visitor, item, stars, MEAN)
    return ratings


def test_who_is_strict_and_what_is_good_is_learned() -> None:
    ratings, errors, plain = RatingPrediction(), [], []
    for visitor, item, stars in some_ratings(4_000):
        errors.append(abs(ratings.predict_one(visitor, item, MEAN) - stars))
        plain.append(abs(ratings.mean - stars))
        ratings.learn_one(visitor, item, stars, MEAN)
    assert np.mean(errors[1_000:]) < 0.6 * np.mean(plain[1_000:])


def test_what_the_factors_know_beyond_the_biases_is_used() -> None:
    ratings, errors, expected_errors = RatingPrediction(), [], []
    for number, (visitor, item, _) in enumerate(some_ratings(2_000)):
        stars = 5.0 if (visitor + item) % 2 else 1.0
        expected = MEAN + (0.5 if (visitor + item) % 2 else -0.5)
        if number > 500:
            errors.append(abs(ratings.predict_one(visitor, item, expected) - stars))
            expected_errors.append(abs(expected - stars))
        ratings.learn_one(visitor, item, stars, expected)
    assert np.mean(errors) < 0.3 < 1.5 < np.mean(expected_errors)


def test_a_change_of_mood_is_followed_sooner_than_a_mean_would() -> None:
    draw, ratings, moods = np.random.default_rng(5), RatingPrediction(), [1.0] * VISITORS
    after_change = []
    for number, (visitor, item, _) in enumerate(some_ratings(8_000)):
        if draw.random() < 0.05:
            moods[visitor] = -moods[visitor]
        stars = 3.0 + moods[visitor]
        if number > 4_000:
            after_change.append(abs(ratings.predict_one(visitor, item, MEAN) - stars))
        ratings.learn_one(visitor, item, stars, MEAN)
    assert np.mean(after_change) < 0.5


def test_strangers_are_average_and_stars_stay_stars() -> None:
    ratings = taught()
    assert ratings.predict_one(NO_INDEX, NO_INDEX, MEAN) == ratings.predict_one(999, 999, MEAN)
    assert 2.5 < ratings.predict_one(NO_INDEX, NO_INDEX, MEAN) < 4.5
    for _ in range(100):
        ratings.learn_one(0, 0, 5.0, 5.0)
        ratings.learn_one(1, 1, 1.0, 1.0)
    assert (ratings.predict_one(0, 0, 5.0), ratings.predict_one(1, 1, 1.0)) == pytest.approx((5.0, 1.0), abs=0.2)
    assert all(1 <= ratings.predict_one(visitor, item, MEAN) <= 5 for visitor in range(9) for item in range(9))


def test_asking_changes_nothing() -> None:
    ratings = taught()
    before = str(ratings.dump())
    ratings.predict_one(2, 3, 4.0)
    ratings.predict_one(2_000, 3_000, 4.0)
    assert str(ratings.dump()) == before


def test_the_weights_are_those_of_a_ridge_regression() -> None:
    ratings = taught(50)
    state = ratings.dump()
    gram, moments = np.asarray(state["gram"]), np.asarray(state["moments"])
    weights = np.linalg.solve(gram + 10 * np.eye(FEATURES), moments)
    expected = [ratings.predict_one(1, 2, stars) for stars in (3.0, 4.0)]
    # One star more of the factors moves it by their weight, and by that for items hardly known.
    count = np.asarray(state["items"])[2, 1]
    assert expected[1] - expected[0] == pytest.approx(weights[5] + 5 / (5 + count) * weights[8], abs=1e-9)


def test_what_is_not_shared_moves_the_visitor_alone() -> None:
    ratings = taught()
    before, of_visitor = ratings.dump(), ratings.predict_one(1, 2, MEAN)
    for _ in range(9):
        ratings.learn_one(1, 2, 1.0, MEAN, is_shared=False)
    after = ratings.dump()
    for name in before:
        assert np.array_equal(np.asarray(before[name]), np.asarray(after[name])) == (name != "visitors")
    assert ratings.predict_one(1, 2, MEAN) < of_visitor


def test_two_visitors_become_one_and_one_is_forgotten() -> None:
    ratings = taught()
    visitors = np.array(ratings.dump()["visitors"])
    ratings.merge_visitor(3, 70)
    ratings.merge_visitor(4, 5)
    ratings.merge_visitor(9_999, 5)
    merged = np.asarray(ratings.dump()["visitors"])
    assert merged[70].tolist() == visitors[3].tolist()
    assert merged[5, :2] == pytest.approx(visitors[4, :2] + visitors[5, :2])
    assert sorted((visitors[4, 2], merged[5, 2], visitors[5, 2]))[1] == merged[5, 2]
    ratings.forget_visitor(70)
    ratings.forget_visitor(NO_INDEX)
    for gone in (3, 4, 70):
        assert ratings.predict_one(gone, 2, MEAN) == ratings.predict_one(NO_INDEX, 2, MEAN)


def test_it_goes_on_where_it_was_saved() -> None:
    straight, resumed = taught(), RatingPrediction()
    resumed.load(straight.dump())
    assert resumed.predict_one(1, 2, 4.0) == straight.predict_one(1, 2, 4.0)
    for ratings in (straight, resumed):
        ratings.learn_one(1, 2, 5.0, 4.0)
    assert str(straight.dump()) == str(resumed.dump())


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("visitors", np.zeros((3, 2))),
        ("items", np.full((3, 3), -1.0)),
        ("items", np.full((3, 3), np.nan)),
        ("mean", float("nan")),
        ("count", 3.0),
        ("gram", np.zeros((2, 2))),
        ("gram", np.full((FEATURES, FEATURES), -100.0)),
        ("moments", np.full(FEATURES, np.inf)),
        ("moments", "none"),
    ],
)
def test_a_strange_state_is_refused(part: str, value: object) -> None:
    state: State = {**taught().dump(), part: value}  # type: ignore[dict-item]  # what no state may be
    with pytest.raises(InvalidState):
        RatingPrediction().load(state)
