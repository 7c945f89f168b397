"""Popularity lift by group of visitors."""

import numpy as np
import pytest

from online_models.evaluation.beyond_accuracy.popularity_lift import lifts_by_group

CHOSEN = np.linspace(0.01, 0.10, 10)


def test_visitors_are_grouped_by_how_popular_their_choices_are() -> None:
    lifts = lifts_by_group(["one"], CHOSEN[::-1], np.full((10, 1), 0.05), seed=1)
    assert {name: group.visitors for name, group in lifts.items()} == {"niche": 2, "diverse": 6, "blockbuster": 2}
    assert lifts["niche"].chosen == pytest.approx(0.015)
    assert lifts["blockbuster"].chosen == pytest.approx(0.095)


def test_the_lift_is_what_is_shown_against_what_is_chosen() -> None:
    lifts = lifts_by_group(["one", "two"], CHOSEN, np.stack((2 * CHOSEN, CHOSEN), axis=1), seed=1)
    for group in lifts.values():
        assert group.members["one"].lift == pytest.approx(1)
        assert group.members["two"].lift == pytest.approx(0)
        assert group.members["one"].ci95 == pytest.approx((1, 1))


def test_the_same_list_for_all_lifts_niche_visitors_most() -> None:
    lifts = lifts_by_group(["one"], CHOSEN, np.full((10, 1), 0.06), seed=1)
    niche, diverse, blockbuster = (group.members["one"].lift for group in lifts.values())
    assert niche > diverse > 0 > blockbuster
    low, high = lifts["diverse"].members["one"].ci95
    assert low < diverse < high


def test_who_was_shown_nothing_counts_for_neither_side() -> None:
    shown = np.full((10, 1), np.nan)
    shown[0] = 3 * CHOSEN[0]
    lifts = lifts_by_group(["one"], CHOSEN, shown, seed=1)
    assert lifts["niche"].members["one"].lift == pytest.approx(2)
    assert lifts["diverse"].members == {}


def test_few_visitors_fill_few_groups() -> None:
    assert list(lifts_by_group(["one"], CHOSEN[:1], CHOSEN[:1, None], seed=1)) == ["diverse"]
    assert lifts_by_group(["one"], CHOSEN[:0], CHOSEN[:0, None], seed=1) == {}
