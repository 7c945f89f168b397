"""The figures on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.evaluate.inputs import Inputs
from online_models.evaluation.evaluation import Comparison, Evaluation
from online_models.evaluation.metrics import Figures
from online_models.evaluation.rules import HYBRID

SHOWN_BAD_LINES = 5


def print_summary(console: Console, inputs: Inputs, evaluation: Evaluation) -> None:
    """Print what was measured, and on what."""
    console.print(
        f"{evaluation.protocol}: {evaluation.events:,} events, {inputs.visitors:,} visitors, {inputs.items:,} items; "
        f"asked {evaluation.asked:,} times, and {evaluation.cold_starts:,} times for visitors without an earlier event"
    )
    console.print(_table(evaluation))
    console.print(compared(evaluation.comparison))
    if evaluation.cold_starts:
        cold = evaluation.cold[HYBRID]
        console.print(f"Cold starts: hybrid HR {cold.hr:.3f}, MRR {cold.mrr:.3f}")
    if evaluation.rmse is not None:
        console.print(f"Ratings: RMSE {evaluation.rmse:.3f}, MAE {evaluation.mae:.3f}")
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


def ordered(members: dict[str, Figures]) -> list[tuple[str, Figures]]:
    """Return the members, the hybrid first, then the best first."""
    return sorted(members.items(), key=lambda entry: (entry[0] != HYBRID, -entry[1].hr, -entry[1].mrr, entry[0]))


def _table(evaluation: Evaluation) -> Table:
    table = Table("", box=None, header_style="dim", pad_edge=False)
    k = evaluation.k
    for heading in (f"HR@{k}", "95 %", f"MRR@{k}", "95 %", "NDCG", "precision", "recall", "F1"):
        table.add_column(heading, justify="right")
    for heading in ("coverage", "novelty", "answered"):
        table.add_column(heading, justify="right")
    for name, figures in ordered(evaluation.members):
        table.add_row(
            Text(name, style="bold" if name == HYBRID else ""),
            f"{figures.hr:.4f}",
            _interval(figures, "hr"),
            f"{figures.mrr:.4f}",
            _interval(figures, "mrr"),
            *(f"{value:.4f}" for value in (figures.ndcg, figures.precision, figures.recall, figures.f1)),
            f"{figures.coverage:.3f}",
            f"{figures.novelty:.5f}",
            f"{figures.answered:.3f}",
        )
    return table


def _interval(figures: Figures, name: str) -> str:
    low, high = figures.ci95[name]
    return f"{low:.3f}-{high:.3f}"


def _print_bad_lines(console: Console, inputs: Inputs) -> None:
    for path, bad in inputs.bad.items():
        if bad:
            console.print(f"{path.name}: {len(bad):,} bad rows were left out", style="yellow")
            for line, reason in bad[:SHOWN_BAD_LINES]:
                console.print(Text(f"  line {line}: {reason}", style="dim"))
            if len(bad) > SHOWN_BAD_LINES:
                console.print(Text(f"  and {len(bad) - SHOWN_BAD_LINES:,} more", style="dim"))
