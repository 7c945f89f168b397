"""How figures are written on the terminal and on the page."""

from typing import TypeVar

from online_models.evaluation.beyond_accuracy.popularity_lift import GroupLift
from online_models.evaluation.day_averages import DayAverage, DayAverages
from online_models.evaluation.evaluation import Comparison
from online_models.evaluation.figures import Figures
from online_models.evaluation.rating_errors import RatingErrors
from online_models.evaluation.rules import HYBRID
from online_models.evaluation.slices import SliceFigures

NOT_KNOWN = "-"
BEYOND = {
    "coverage": "coverage",
    "gini": "Gini",
    "intra_list_diversity": "in a list",
    "inter_list_diversity": "of lists",
    "churn": "churn",
    "calibration_kl": "KL",
    "novelty": "novelty",
}
"""Figures beyond accuracy, and their headings."""


def compared(comparison: Comparison) -> str:
    """Say in a sentence how the hybrid compares with its best member."""
    (low, high), (mrr_low, mrr_high) = comparison.ci95["hr_diff"], comparison.ci95["mrr_diff"]
    return (
        f"Hybrid against its best member, {comparison.best}: HR {comparison.hr_diff:+.4f} [{low:+.4f}, {high:+.4f}], "
        f"MRR {comparison.mrr_diff:+.4f} [{mrr_low:+.4f}, {mrr_high:+.4f}]"
    )


def within(figures: Figures | RatingErrors | DayAverage | SliceFigures, metric: str, digits: int = 4) -> str:
    """Write a figure with half the width of its interval, where it has one; `NOT_KNOWN` where it is not known.

    Examples
    --------
    >>> within(RatingErrors(0.95, 0.75, {"mae": (0.74, 0.764)}), "mae")
    '0.7500 ±.0120'
    """
    value = getattr(figures, metric)
    if value is None:
        return NOT_KNOWN
    low, high = figures.ci95.get(metric, (0.0, 0.0))
    half = f" ±{(high - low) / 2:.{digits}f}".replace("±0.", "±.") if metric in figures.ci95 else ""
    return f"{value:.{digits}f}{half}"


AnyFigures = TypeVar("AnyFigures", Figures, SliceFigures)


def ordered(members: dict[str, AnyFigures]) -> list[tuple[str, AnyFigures]]:
    """Return the members, the hybrid first, then the best first."""
    return sorted(members.items(), key=lambda entry: (entry[0] != HYBRID, -entry[1].hr, -entry[1].mrr, entry[0]))


def lifted(lifts: dict[str, GroupLift]) -> str:
    """Say how much more popular what the hybrid shows is than what each group of visitors chooses."""
    groups = [
        f"{group} {100 * lift.members[HYBRID].lift:+.0f} % "
        f"[{100 * lift.members[HYBRID].ci95[0]:+.0f}, {100 * lift.members[HYBRID].ci95[1]:+.0f}]"
        for group, lift in lifts.items()
        if HYBRID in lift.members
    ]
    return f"Popularity lift of the hybrid by group of visitors: {', '.join(groups) or 'unknown'}"


def best_by_day(averages: DayAverages) -> list[str]:
    """Return the members, the hybrid first, then the best first by the average at the longest cutoff."""
    longest = averages.at[max(averages.at)]
    return sorted(longest, key=lambda name: (name != HYBRID, -longest[name].hr, -longest[name].ndcg, name))
