"""How evenly items are shown, and how much lists differ: shops whose figures are known without a formula."""

import numpy as np
import pytest

from online_models.evaluation.beyond_accuracy.exposure import GROUPS, Exposure, ExposureFigures, exposure_figures


def shown(*lists: list[int], items: int = 4, groups: int = GROUPS) -> ExposureFigures:
    """Show some lists, each to a visitor of the next group."""
    exposure = Exposure(1, items, groups)
    for number, items_of_list in enumerate(lists):
        exposure.lists[number % groups, 0] += bool(items_of_list)
        exposure.counts[number % groups, 0, items_of_list] += 1
    return exposure_figures(exposure, 0, items)


def test_all_items_equally_often_is_a_gini_of_zero() -> None:
    figures = shown([0, 1], [2, 3])
    assert (figures.coverage, figures.gini, figures.inter_list_diversity) == (1.0, 0.0, 1.0)


def test_always_the_same_list_has_no_diversity_between_lists() -> None:
    figures = shown(*[[0, 1]] * 7)
    assert (figures.coverage, figures.inter_list_diversity) == (0.5, 0.0)


def test_one_item_of_many_is_a_gini_near_one() -> None:
    assert shown([0], [0], items=100).gini == pytest.approx(0.99)


def test_the_gini_index_is_the_mean_difference_over_twice_the_mean() -> None:
    exposure = Exposure(1, 6, 1)
    exposure.counts[0, 0] = counts = np.array([5, 0, 1, 3, 0, 9])
    exposure.lists[0, 0] = 9
    differences = np.abs(counts[:, None] - counts).mean()
    assert exposure_figures(exposure, 0, 6).gini == pytest.approx(differences / (2 * counts.mean()))


def test_diversity_between_lists_is_that_of_all_pairs_of_lists() -> None:
    lists = [[0, 1], [1, 2], [0, 1], [2, 3], [3, 0]]
    pairs = [(one, other) for place, one in enumerate(lists) for other in lists[:place]]
    expected = np.mean([1 - len(set(one) & set(other)) / 2 for one, other in pairs])
    assert shown(*lists).inter_list_diversity == pytest.approx(expected)


def test_what_was_never_shown_has_no_figures() -> None:
    figures = shown([], [])
    assert (figures.coverage, figures.gini, figures.inter_list_diversity) == (0.0, None, None)
    assert set(figures.ci95) == {"coverage"}
    assert shown([1, 2]).inter_list_diversity is None


def test_intervals_hold_the_figure_and_are_wider_where_visitors_differ_more() -> None:
    draw = np.random.default_rng(1)
    varied = shown(*(draw.choice(50, 5, replace=False).tolist() for _ in range(200)), items=50)
    for name, (low, high) in varied.ci95.items():
        assert 0 <= low <= getattr(varied, name) <= high <= 1
    uniform = shown(*[[number % 10] for number in range(100) for _ in range(10)], items=10)
    low, high = uniform.ci95["coverage"]
    assert low == high == 1
    assert set(varied.ci95) == {"coverage", "gini", "inter_list_diversity"}


def test_an_exposure_without_groups_has_no_intervals() -> None:
    assert shown([0], [1], groups=1).ci95 == {}
