"""The figures on the terminal."""

from rich.console import Console
from rich.text import Text

from infra.evaluate.inputs import Inputs
from infra.evaluate.tables import accuracy_table, beyond_table, days_table, slices_table
from infra.evaluate.wording import compared, lifted, within
from online_models.evaluation.evaluation import Evaluation
from online_models.evaluation.rules import HYBRID

SHOWN_BAD_LINES = 5


def print_summary(console: Console, inputs: Inputs, evaluation: Evaluation) -> None:
    """Print what was measured, and on what."""
    console.print(
        f"{evaluation.protocol}: {evaluation.events:,} events, {inputs.visitors:,} visitors, {inputs.items:,} items; "
        f"asked {evaluation.asked:,} times, and {evaluation.cold_starts:,} times for visitors without an earlier event"
    )
    console.print(accuracy_table(evaluation))
    console.print(compared(evaluation.comparison))
    console.print(beyond_table(evaluation))
    console.print(lifted(evaluation.popularity_lift))
    console.print(slices_table(evaluation))
    if evaluation.cold_starts:
        cold = evaluation.cold[HYBRID]
        console.print(f"Cold starts: hybrid HR {within(cold, 'hr')}, MRR {within(cold, 'mrr')}")
    if evaluation.day_averages is not None:
        console.print(days_table(evaluation.day_averages))
    if evaluation.ratings is not None:
        ratings = evaluation.ratings
        console.print(f"Ratings: RMSE {within(ratings, 'rmse')}, MAE {within(ratings, 'mae')}")
    learn, rank = evaluation.learn_us, evaluation.rank_ms
    console.print(
        f"Learning an event took {learn.p50:.0f} µs (p99 {learn.p99:.0f}), "
        f"ranking {rank.p50:.2f} ms (p99 {rank.p99:.2f}); {evaluation.events_per_s:,.0f} events/s in all"
    )
    _print_bad_lines(console, inputs)


def _print_bad_lines(console: Console, inputs: Inputs) -> None:
    for path, bad in inputs.bad.items():
        if bad:
            console.print(f"{path.name}: {len(bad):,} bad rows were left out", style="yellow")
            for line, reason in bad[:SHOWN_BAD_LINES]:
                console.print(Text(f"  line {line}: {reason}", style="dim"))
            if len(bad) > SHOWN_BAD_LINES:
                console.print(Text(f"  and {len(bad) - SHOWN_BAD_LINES:,} more", style="dim"))
