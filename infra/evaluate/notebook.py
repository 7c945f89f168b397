"""An evaluation as a notebook shows it: a table of figures, and the hit rate over time as a chart."""

from dataclasses import asdict

import pandas as pd

from bootstrap.report.charts import Chart, Curve, curves_svg
from infra.evaluate.times import tick_labels
from infra.evaluate.wording import ordered
from online_models.evaluation.evaluation import Evaluation

_STYLES = "abcd"


def figures_table(evaluation: Evaluation) -> pd.DataFrame:
    """Return the figures without their intervals, one row a source: the hybrid first, then the best first."""
    rows = {name: asdict(figures) for name, figures in ordered(evaluation.members)}
    return pd.DataFrame.from_dict(rows, orient="index").drop(columns="ci95")


def hit_rate_chart(evaluation: Evaluation) -> Chart:
    """Draw the hit rate of the hybrid and of its three best members over time, as sliding means."""
    curves, places = evaluation.curves, {name: place for place, name in enumerate(evaluation.members)}
    drawn = [
        Curve(name, style, curves.hr[:, places[name]].tolist())
        for style, (name, _) in zip(_STYLES, ordered(evaluation.members), strict=False)
    ]
    title, caption = f"HR@{evaluation.k}", f"over the last {curves.window:,} lists"
    return Chart(title, curves_svg(title, caption, tick_labels(curves.times), drawn, on_white=True))
