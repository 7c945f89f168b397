"""What is measured of each list: diversity in it, churn, calibration, popularity."""

from collections.abc import Sequence

import numpy as np
import pytest

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.beyond_accuracy import list_measures
from online_models.evaluation.beyond_accuracy.list_measures import (
    ANSWERED,
    CALIBRATED,
    CHURN,
    DIVERGENCE,
    DIVERSE,
    DIVERSITY,
    FOLLOWING,
    ITEMS,
    SMOOTHING,
    ListMeasures,
)

CATEGORIES = np.array([0, 0, 1, 1, 2, -1], np.int32)
COUNTS = np.array([6.0, 2.0, 1.0, 1.0, 0.0, 0.0])
SILENT = [-1, -1]


def of(*items: int) -> Indices:
    return np.array(items, np.int32)


def measured(
    *lists: Sequence[int], visitors: Sequence[int] = (), profile: Indices = NO_INDICES, target: int = 0, k: int = 4
) -> ListMeasures:
    """Measure lists of one source, one after the other, the second source being silent."""
    measures = ListMeasures(2, k, CATEGORIES, len(COUNTS))
    for number, items in enumerate(lists):
        visitor = visitors[number] if visitors else 0
        measures.add(of(*SILENT)[None], of(*items), visitor, COUNTS, 10, target, profile)
    return measures


def sums(measures: ListMeasures, *columns: int) -> object:
    return pytest.approx(measures.sums[:, 1, list(columns)].sum(axis=0).tolist())


def test_diversity_is_the_share_of_pairs_of_different_categories() -> None:
    assert sums(measured([0, 1, 2, 4]), DIVERSITY, DIVERSE) == [5 / 6, 1]
    assert sums(measured([0, 1]), DIVERSITY, DIVERSE) == [0, 1]
    assert sums(measured([2, 0]), DIVERSITY, DIVERSE) == [1, 1]


def test_items_without_a_category_make_no_pairs() -> None:
    assert sums(measured([0, 5]), DIVERSITY, DIVERSE) == [0, 0]
    assert sums(measured([5, 0, 1]), DIVERSITY, DIVERSE) == [0, 1]


def test_churn_is_the_share_of_a_list_that_is_new() -> None:
    assert sums(measured([0, 1, 2, 3], [1, 0, 4, 5]), CHURN, FOLLOWING) == [0.5, 1]
    assert sums(measured([0, 1], [1, 0], [2, 3]), CHURN, FOLLOWING) == [1, 2]


def test_a_first_list_and_one_after_an_empty_one_have_no_churn() -> None:
    assert sums(measured([0, 1]), CHURN, FOLLOWING) == [0, 0]
    assert sums(measured([0, 1], [], [2, 3]), CHURN, FOLLOWING) == [0, 0]


def test_churn_compares_the_lists_of_one_visitor() -> None:
    assert sums(measured([0, 1], [2, 3], [0, 1], visitors=[0, 1, 0]), CHURN, FOLLOWING) == [0, 1]


def test_a_last_list_that_is_not_kept_any_more_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_measures, "_REMEMBERED", 8)
    assert sums(measured([0, 1], [2, 3], [0, 1], visitors=[0, 1, 0]), CHURN, FOLLOWING) == [0, 0]


def test_a_list_like_the_profile_is_calibrated() -> None:
    profile = of(0, 1, 0, 1)
    assert sums(measured([0, 2, 1, 3], profile=profile), DIVERGENCE, CALIBRATED) == [0, 1]


def test_the_divergence_is_that_of_kullback_and_leibler() -> None:
    alpha = SMOOTHING
    expected = sum(p * np.log(p / ((1 - alpha) * q + alpha * p)) for p, q in ((0.75, 0.5), (0.25, 0.0)))
    assert sums(measured([0, 2], profile=of(0, 0, 0, 2)), DIVERGENCE) == [expected]


def test_without_a_profile_or_a_category_there_is_no_calibration() -> None:
    assert sums(measured([0, 2]), DIVERGENCE, CALIBRATED) == [0, 0]
    assert sums(measured([5], profile=of(0)), DIVERGENCE, CALIBRATED) == [0, 0]


def test_only_the_first_k_count() -> None:
    measures = measured([0, 1, 2, 3, 4], k=2)
    assert sums(measures, ITEMS, ANSWERED, DIVERSITY) == [2, 1, 0]


def test_popularity_is_a_share_of_all_events_by_visitor() -> None:
    measures = measured([0, 2], [4], [], visitors=[0, 0, 1], target=1)
    assert measures.popularity[0] == pytest.approx([np.nan, 0.7 / 3], nan_ok=True)
    assert np.isnan(measures.popularity[1]).all()
    assert measures.chosen == pytest.approx([0.2, 0.2])
    assert measures.lists.tolist() == [2, 1]


def test_an_item_that_has_no_index_was_chosen_by_nobody() -> None:
    assert measured([0], target=-1).chosen.tolist() == [0]


def test_visitors_beyond_the_rows_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_measures, "ROWS", 2)
    measures = measured([0], [1], [2], [3], visitors=[0, 1, 2, 3])
    assert measures.lists.tolist() == [2, 2]
    assert sums(measures, ITEMS, CHURN) == [4, 0]
