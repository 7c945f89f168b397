"""Averages over days: each day counts the same."""

from collections.abc import Sequence

import numpy as np
import pytest

from online_models.evaluation.day_averages import average_over_days
from online_models.evaluation.tally import Tally, Traffic
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId


def judged(*positions: int, k: int = 20) -> Tally:
    """Judge a list for each position of the item that came, 0 for a miss, each of a session of its own."""
    tally = Tally(1, k, Traffic(k))
    items = np.arange(k, dtype=np.int32)
    for number, position in enumerate(positions):
        tally.add(
            Candidates(items[None], np.ones((1, k), np.float32)), items, position - 1, VisitorId(str(number)), 1.0
        )
    return tally


def test_each_day_counts_the_same() -> None:
    averages = average_over_days(("one", "hybrid"), judged(1, 0, 0, 0, 1), [4, 5], 20, seed=1)
    assert averages is not None
    assert averages.days == 2
    assert averages.at[20]["one"].hr == pytest.approx((1 / 4 + 1) / 2)
    assert averages.at[20]["hybrid"] == averages.at[20]["one"]


def test_the_metrics_are_given_at_ten_as_well() -> None:
    averages = average_over_days(("one", "hybrid"), judged(12, 3), [2], 20, seed=1)
    assert averages is not None
    assert {cutoff: at["one"].hr for cutoff, at in averages.at.items()} == {10: 0.5, 20: 1.0}
    assert averages.at[10]["one"].ndcg == pytest.approx(0.25)
    assert averages.at[20]["one"].ndcg == pytest.approx((1 / 2 + 1 / np.log2(13)) / 2)


def test_short_lists_have_one_cutoff() -> None:
    averages = average_over_days(("one", "hybrid"), judged(1, k=5), [1], 5, seed=1)
    assert averages is not None
    assert list(averages.at) == [5]


def test_intervals_hold_the_average_and_are_the_same_again() -> None:
    tally = judged(*[1, 0] * 40)
    first, second = (average_over_days(("one", "hybrid"), tally, [40, 80], 20, seed=1) for _ in range(2))
    assert first == second
    assert first is not None
    low, high = first.at[20]["one"].ci95["hr"]
    assert 0.35 < low < 0.5 < high < 0.65


@pytest.mark.parametrize("ends", [[], [0], [0, 0]])
def test_without_days_that_were_judged_there_is_no_average(ends: Sequence[int]) -> None:
    assert average_over_days(("one", "hybrid"), judged(), ends, 20, seed=1) is None
