"""The tables on the terminal."""

from rich.table import Table
from rich.text import Text

from infra.evaluate.wording import BEYOND, best_by_day, ordered, within
from online_models.evaluation.day_averages import DayAverages
from online_models.evaluation.evaluation import Evaluation
from online_models.evaluation.rules import HYBRID
from online_models.evaluation.slices import SLICES


def accuracy_table(evaluation: Evaluation) -> Table:
    """Tabulate the metrics of all members."""
    table = Table("", box=None, header_style="dim", pad_edge=False)
    k = evaluation.k
    for heading in (f"HR@{k}", f"MRR@{k}", "NDCG", "precision", "recall", "F1", "answered"):
        table.add_column(heading, justify="right")
    for name, figures in ordered(evaluation.members):
        accuracy = ("hr", "mrr", "ndcg", "precision", "recall", "f1", "answered")
        cells = [within(figures, metric) for metric in accuracy]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def beyond_table(evaluation: Evaluation) -> Table:
    """Tabulate what is measured beyond accuracy."""
    table = Table("beyond accuracy", box=None, header_style="dim", pad_edge=False)
    for heading in BEYOND.values():
        table.add_column(heading, justify="right")
    for name, figures in ordered(evaluation.members):
        cells = [within(figures, metric, 5 if metric == "novelty" else 3) for metric in BEYOND]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def days_table(averages: DayAverages) -> Table:
    """Tabulate the averages over days, the hybrid first, then the best first at the longest cutoff."""
    table = Table("", box=None, header_style="dim", pad_edge=False)
    for cutoff in averages.at:
        table.add_column(f"HR@{cutoff}, mean of {averages.days} days", justify="right")
        table.add_column(f"NDCG@{cutoff}", justify="right")
    for name in best_by_day(averages):
        cells = [within(at[name], metric) for at in averages.at.values() for metric in ("hr", "ndcg")]
        table.add_row(Text(name, style="bold" if name == HYBRID else ""), *cells)
    return table


def slices_table(evaluation: Evaluation) -> Table:
    """Tabulate the slices: the hybrid, and the member with the highest hit rate there."""
    table = Table("where little is known", box=None, header_style="dim", pad_edge=False)
    k = evaluation.k
    for heading in ("lists", "of all", "never seen", f"HR@{k}", f"MRR@{k}", "NDCG", "best member", f"HR@{k}"):
        table.add_column(heading, justify="right")
    for name, part in evaluation.slices.items():
        if part.asked:
            (_, hybrid), (best, figures), *_ = ordered(part.members)
            counts = (f"{part.asked:,}", f"{part.share:.1%}", f"{part.unseen / part.asked:.1%}")
            accuracy = (within(hybrid, metric) for metric in ("hr", "mrr", "ndcg"))
            table.add_row(SLICES[name], *counts, *accuracy, best, within(figures, "hr"))
    return table
