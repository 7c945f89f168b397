"""The HTML page of an evaluation: one file that needs nothing else."""

from importlib import resources
from typing import NamedTuple

import numpy as np
from jinja2 import Environment
from markupsafe import Markup
from numpy.typing import NDArray

from bootstrap.report.charts import Curve, curve_chart
from bootstrap.report.face import page_styles
from infra.evaluate.inputs import EvaluationOptions, Inputs
from infra.evaluate.times import tick_labels
from infra.evaluate.wording import BEYOND, best_by_day, compared, lifted, ordered, within
from online_models.evaluation.evaluation import Evaluation
from online_models.evaluation.figures import Figures
from online_models.evaluation.rules import HYBRID
from online_models.evaluation.slices import SLICES

DRAWN_MEMBERS = 6
MOST_BAD_LINES = 50


class IntervalBar(NamedTuple):
    """A metric and its interval as shares of the widest interval's end."""

    value: float
    low: float
    high: float


def build_page(options: EvaluationOptions, inputs: Inputs, evaluation: Evaluation) -> str:
    """Write the page."""
    folder = resources.files("infra.evaluate") / "templates"
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["within"] = within
    template = environment.from_string((folder / "evaluation.html").read_text("utf-8"))
    highest = max(figures.ci95["hr"][1] for figures in evaluation.members.values()) or 1.0
    return template.render(
        styles=page_styles((folder / "evaluation.css").read_text("utf-8")),
        files=[path.name for path in options.files],
        test=options.test.name if options.test else None,
        options=options,
        inputs=inputs,
        evaluation=evaluation,
        headline=_headline(evaluation),
        members=ordered(evaluation.members),
        bars={name: _bar(figures, highest) for name, figures in evaluation.members.items()},
        cold=ordered(evaluation.cold) if evaluation.cold_starts else [],
        days=evaluation.day_averages,
        by_day=best_by_day(evaluation.day_averages) if evaluation.day_averages else [],
        compared=compared(evaluation.comparison),
        beyond=BEYOND,
        lifted=lifted(evaluation.popularity_lift),
        slices=[(SLICES[name], part, ordered(part.members)) for name, part in evaluation.slices.items() if part.asked],
        charts=[_chart(evaluation, "HR", evaluation.curves.hr), _chart(evaluation, "MRR", evaluation.curves.mrr)],
        bad={path.name: lines[:MOST_BAD_LINES] for path, lines in inputs.bad.items() if lines},
        bad_counts={path.name: len(lines) for path, lines in inputs.bad.items()},
    )


def _headline(evaluation: Evaluation) -> list[tuple[str, str]]:
    hybrid = evaluation.members[HYBRID]
    figures = [
        (f"{hybrid.hr:.3f}", f"HR@{evaluation.k}"),
        (f"{hybrid.mrr:.3f}", f"MRR@{evaluation.k}"),
        (f"{evaluation.comparison.hr_diff:+.3f}", f"HR over {evaluation.comparison.best}"),
        (f"{evaluation.asked:,}", "asked"),
        (f"{evaluation.rank_ms.p50:.2f} ms", "to rank"),
    ]
    if evaluation.ratings is not None:
        figures.append((f"{evaluation.ratings.mae:.3f}", "MAE of ratings"))
    return figures


def _bar(figures: Figures, highest: float) -> IntervalBar:
    low, high = figures.ci95["hr"]
    return IntervalBar(*(100 * value / highest for value in (figures.hr, low, high)))


def _chart(evaluation: Evaluation, metric: str, values: NDArray[np.float64]) -> Markup:
    """Draw the hybrid over its best members."""
    indices = {name: index for index, name in enumerate(evaluation.members)}
    best = [name for name, _ in ordered(evaluation.members) if name != HYBRID][:DRAWN_MEMBERS]
    lines = [Curve(name, f"line-{rank}", values[:, indices[name]].tolist()) for rank, name in enumerate(best, start=1)]
    lines = [*reversed(lines), Curve(HYBRID, "line-0", values[:, indices[HYBRID]].tolist())]
    curves = evaluation.curves
    return curve_chart(
        lines, tick_labels(curves.times), f"{metric}@{evaluation.k} over the last {curves.window:,} lists"
    )
