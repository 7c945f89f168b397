"""The figures on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.evaluate.inputs import Inputs
from online_models.evaluation.beyond_accuracy.popularity_lift import GroupLift
from online_models.evaluation.day_averages import DayAverage, DayAverages
from online_models.evaluation.evaluation import Comparison, Evaluation
from online_models.evaluation.figures import Figures
from online_models.evaluation.rating_errors import RatingErrors
from online_models.evaluation.rules import HYBRID

SHOWN_BAD_LINES = 5
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


def print_summary(console: Console, inputs: Inputs, evaluation: Evaluation) -> None:
    """Print what was measured, and on what."""
    console.print(
        f"{evaluation.protocol}: {evaluation.events:,} events, {inputs.visitors:,} visitors, {inputs.items:,} items; "
        f"asked {evaluation.asked:,} times, and {evaluation.cold_starts:,} times for visitors without an earlier event"
    )
    console.print(_table(evaluation))
    console.print(compared(evaluation.comparison))
    console.print(_beyond_table(evaluation))
    console.print(lifted(evaluation.popularity_lift))
    if evaluation.cold_starts:
        cold = evaluation.cold[HYBRID]
        console.print(f"Cold starts: hybrid HR {within(cold, 'hr')}, MRR {within(cold, 'mrr')}")
    if evaluation.day_averages is not None:
        console.print(_days_table(evaluation.day_averages))
    if evaluation.ratings is not None:
        ratings = evaluation.ratings
        console.print(f"Ratings: RMSE {within(ratings, 'rmse')}, MAE {within(ratings, 'mae')}")
    learn, rank = evaluation.learn_us, evaluation.rank_ms
    console.print(
        f"Learning an event took {learn.p50:.0f} µs (p99 {learn.p99:.0f}), "
        f"ranking {rank.p50:.2f} ms (p99 {rank.p99:.2f}); {evaluation.events_per_s:,.0f} events/s in all"
    )
    _print_bad_lines(console, inputs)


def compared(comparison: Comparison) -> str:
    """Say in a sentence how the hybrid compares with its best member."""
    (low, high), (mrr_low, mrr_high) = comparison.ci95["hr_diff"], comparison.ci95["mrr_diff"]
    return (
        f"Hybrid against its best member, {comparison.best}: HR {comparison.hr_diff:+.4f} [{low:+.4f}, {high:+.4f}], "
        f"MRR {comparison.mrr_diff:+.4f} [{mrr_low:+.4f}, {mrr_high:+.4f}]"
    )


def within(figures: Figures | RatingErrors | DayAverage, metric: str, digits: int = 4) -> str:
    """Write a figure with half the width of its interval, where it has one; a dash where it is not known.

    Examples
    --------
    >>> within(RatingErrors(0.95, 0.75, {"mae": (0.74, 0.764)}), "mae")
    '0.7500 ±.0120'
    """
    value = getattr(figures, metric)
    if value is None:
        return "–"
    low, high = figures.ci95.get(metric, (0.0, 0.0))
    half = f" ±{(high - low) / 2:.{digits}f}".replace("±0.", "±.") if metric in figures.ci95 else ""
    return f"{value:.{digits}f}{half}"


def ordered(members: dict[str, Figures]) -> list[tuple[str, Figures]]:
    """Return the members, the hybrid first, then the best first."""
    return sorted(members.items(), key=lambda entry: (entry[0] != HYBRID, -entry[1].hr, -entry[1].mrr, entry[0]))


def _table(evaluation: Evaluation) -> Table:
    table = Table("", box=None, header_style="dim", pad_edge=False)
    k = evaluation.k
    for heading in (f"HR@{k}", f"MRR@{k}", "NDCG", "precision", "recall", "F1", "answered"):
        table.add_column(heading, justify="right")
    for name, figures in ordered(evaluation.members):
        accuracy = ("hr", "mrr", "ndcg", "precision", "recall", "f1", "answered")
        cells = [within(figures, metric) for metric in accuracy]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def _beyond_table(evaluation: Evaluation) -> Table:
    table = Table("beyond accuracy", box=None, header_style="dim", pad_edge=False)
    for heading in BEYOND.values():
        table.add_column(heading, justify="right")
    for name, figures in ordered(evaluation.members):
        cells = [within(figures, metric, 5 if metric == "novelty" else 3) for metric in BEYOND]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def lifted(lifts: dict[str, GroupLift]) -> str:
    """Say how much more popular what the hybrid shows is than what each group of visitors chooses."""
    groups = [
        f"{group} {100 * lift.members[HYBRID].lift:+.0f} % "
        f"[{100 * lift.members[HYBRID].ci95[0]:+.0f}, {100 * lift.members[HYBRID].ci95[1]:+.0f}]"
        for group, lift in lifts.items()
        if HYBRID in lift.members
    ]
    return f"Popularity lift of the hybrid by group of visitors: {', '.join(groups) or 'unknown'}"


def _days_table(averages: DayAverages) -> Table:
    """Tabulate the averages over days, the hybrid first, then the best first at the longest cutoff."""
    table = Table("", box=None, header_style="dim", pad_edge=False)
    for cutoff in averages.at:
        table.add_column(f"HR@{cutoff}, mean of {averages.days} days", justify="right")
        table.add_column(f"NDCG@{cutoff}", justify="right")
    for name in best_by_day(averages):
        cells = [within(at[name], metric) for at in averages.at.values() for metric in ("hr", "ndcg")]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def best_by_day(averages: DayAverages) -> list[str]:
    """Return the members, the hybrid first, then the best first by the average at the longest cutoff."""
    longest = averages.at[max(averages.at)]
    return sorted(longest, key=lambda name: (name != HYBRID, -longest[name].hr, -longest[name].ndcg, name))


def _print_bad_lines(console: Console, inputs: Inputs) -> None:
    for path, bad in inputs.bad.items():
        if bad:
            console.print(f"{path.name}: {len(bad):,} bad rows were left out", style="yellow")
            for line, reason in bad[:SHOWN_BAD_LINES]:
                console.print(Text(f"  line {line}: {reason}", style="dim"))
            if len(bad) > SHOWN_BAD_LINES:
                console.print(Text(f"  and {len(bad) - SHOWN_BAD_LINES:,} more", style="dim"))
