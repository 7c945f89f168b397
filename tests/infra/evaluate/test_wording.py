"""What the terminal and the page write alike."""

from dataclasses import replace

from infra.evaluate.wording import compared, lifted, ordered, within
from online_models.evaluation.beyond_accuracy.popularity_lift import GroupLift, Lift
from online_models.evaluation.evaluation import Comparison
from online_models.evaluation.figures import Figures


def figures(hr: float, mrr: float = 0.1) -> Figures:
    return Figures(
        *(hr, mrr, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0),
        gini=None,
        inter_list_diversity=None,
        intra_list_diversity=None,
        churn=None,
        calibration_kl=None,
        ci95={},
    )


def test_the_hybrid_comes_first_then_the_best_and_equals_by_name() -> None:
    members = {
        "b": figures(0.2),
        "a": figures(0.2),
        "best": figures(0.9),
        "late": figures(0.2, 0.3),
        "hybrid": figures(0),
    }
    assert [name for name, _ in ordered(members)] == ["hybrid", "best", "late", "a", "b"]


def test_a_difference_is_told_with_its_bounds() -> None:
    comparison = Comparison("popularity", 0.01, -0.002, {"hr_diff": (0.0, 0.02), "mrr_diff": (-0.01, 0.005)})
    assert compared(comparison) == (
        "Hybrid against its best member, popularity: HR +0.0100 [+0.0000, +0.0200], MRR -0.0020 [-0.0100, +0.0050]"
    )


def test_a_figure_is_told_with_half_of_its_interval() -> None:
    told = replace(figures(0.25), ci95={"hr": (0.2, 0.32)})
    assert (within(told, "hr"), within(told, "mrr"), within(told, "churn")) == ("0.2500 ±.0600", "0.1000", "-")
    assert within(told, "hr", 2) == "0.25 ±.06"


def test_lifts_are_told_in_percent_for_the_groups_that_have_one() -> None:
    lifts = {"niche": GroupLift(3, 0.1, {"hybrid": Lift(1.5, (1.0, 2.25))}), "diverse": GroupLift(9, 0.1, {})}
    assert lifted(lifts) == "Popularity lift of the hybrid by group of visitors: niche +150 % [+100, +225]"
    assert lifted({}).endswith(": unknown")
