"""Errors of expected ratings, and how certain they are."""

from array import array

import pytest

from online_models.evaluation.rating_errors import rating_errors_of


def test_without_ratings_there_are_no_errors() -> None:
    assert rating_errors_of(array("d"), array("l"), seed=1) is None


def test_large_errors_weigh_more_in_the_root_mean_square() -> None:
    errors = rating_errors_of(array("d", [0.0, -2.0]), array("l", [0, 0]), seed=1)
    assert errors is not None
    assert errors.rmse == pytest.approx(2**0.5)
    assert errors.mae == 1


def test_an_interval_is_as_wide_as_visitors_differ() -> None:
    # Half of 100 visitors are a star off, with ten ratings each.
    differences = array("d", [float(number // 10 % 2) for number in range(1000)])
    errors = rating_errors_of(differences, array("l", [number // 10 for number in range(1000)]), seed=1)
    assert errors is not None
    assert errors.ci95["mae"] == pytest.approx((0.4, 0.6), abs=0.02)
    low, high = errors.ci95["rmse"]
    assert low < errors.rmse < high
