"""An evaluation as plain data, in the shape that other programs read."""

from dataclasses import fields

from online_models.evaluation.evaluation import Evaluation, Spread
from online_models.evaluation.metrics import Figures, Interval

_DIGITS = 6


def as_plain_data(evaluation: Evaluation) -> dict[str, object]:
    """Return an evaluation as nested dictionaries, lists and numbers that go into JSON as they are."""
    comparison = evaluation.comparison
    return {
        "protocol": evaluation.protocol,
        "k": evaluation.k,
        "events": evaluation.events,
        "asked": evaluation.asked,
        "members": {name: _figures(figures) for name, figures in evaluation.members.items()},
        "hybrid_vs_best": {
            "best": comparison.best,
            "hr_diff": _rounded(comparison.hr_diff),
            "mrr_diff": _rounded(comparison.mrr_diff),
            "ci95": _intervals(comparison.ci95),
        },
        "ratings": None
        if evaluation.rmse is None or evaluation.mae is None
        else {"rmse": _rounded(evaluation.rmse), "mae": _rounded(evaluation.mae)},
        "speed": {
            "learn_us": _spread(evaluation.learn_us),
            "rank_ms": _spread(evaluation.rank_ms),
            "events_per_s": round(evaluation.events_per_s, 1),
        },
    }


def _figures(figures: Figures) -> dict[str, object]:
    values: dict[str, object] = {
        field.name: _rounded(getattr(figures, field.name)) for field in fields(figures) if field.name != "ci95"
    }
    return {**values, "ci95": _intervals(figures.ci95)}


def _intervals(intervals: dict[str, Interval]) -> dict[str, list[float]]:
    return {name: [_rounded(bound) for bound in bounds] for name, bounds in intervals.items()}


def _spread(spread: Spread) -> dict[str, float]:
    return {"p50": round(spread.p50, 3), "p99": round(spread.p99, 3)}


def _rounded(value: float) -> float:
    return round(value, _DIGITS)
