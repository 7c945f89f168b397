"""The result of an evaluation: figures of every member and of the whole, and how they compare."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.curves import Curves, draw_curves
from online_models.evaluation.intervals import interval, resampled
from online_models.evaluation.metrics import Figures, Interval, by_one_right_item, gains_of
from online_models.evaluation.rules import HYBRID, Rules
from online_models.evaluation.tally import Tally
from online_models.evaluation.walk import Measures

ProtocolName = Literal["prequential", "holdout"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole less its best member, by hit rate; intervals are paired."""

    best: str
    hr_diff: float
    mrr_diff: float
    ci95: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some times, and what 99 % of them stay within."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one run.

    Attributes
    ----------
    events
        How many there were.
    asked, cold_starts
        Lists that were judged: for visitors with an earlier event, and for others.
    members
        Figures by member, those of the whole as `HYBRID`.
    cold
        The same for cold starts, without intervals.
    rmse, mae
        Errors of expected ratings; None where there were no ratings.
    learn_us, rank_ms
        Microseconds that learning an event took, and milliseconds that ranking a list took.
    """

    protocol: ProtocolName
    k: int
    events: int
    asked: int
    cold_starts: int
    members: dict[str, Figures]
    cold: dict[str, Figures]
    comparison: Comparison
    rmse: float | None
    mae: float | None
    learn_us: Spread
    rank_ms: Spread
    events_per_s: float
    curves: Curves


class NothingAsked(ValueError):
    """No event could be judged: no visitor has a second event after the warm-up."""


def build_evaluation(
    protocol: ProtocolName, names: tuple[str, ...], measures: Measures, events: int, items: int, rules: Rules
) -> Evaluation:
    """Return the figures of what was measured.

    Parameters
    ----------
    names
        The members', in the order of their answers.
    items
        Number of items of the catalog.

    Raises
    ------
    NothingAsked
        If there is nothing to judge.
    """
    if not len(measures.warm):
        raise NothingAsked("no visitor has a second event after the warm-up")
    names = (*names, HYBRID)
    warm = measures.warm
    samples = resampled(warm.ranks, warm.visitors, rules.k, rules.seed)
    members = _figures(names, warm, items, rules.k, samples)
    ratings = measures.rating_error
    return Evaluation(
        protocol=protocol,
        k=rules.k,
        events=events,
        asked=len(warm),
        cold_starts=len(measures.cold),
        members=members,
        cold=_figures(names, measures.cold, items, rules.k, None),
        comparison=_compare(names, members, samples),
        rmse=ratings.rmse if ratings.count else None,
        mae=ratings.mae if ratings.count else None,
        learn_us=_spread(np.array(measures.learning) * 1e6),
        rank_ms=_spread(np.array(measures.ranking) * 1e3),
        events_per_s=measures.steps / measures.seconds if measures.seconds > 0 else 0.0,
        curves=draw_curves(warm, rules.k),
    )


def _figures(
    names: tuple[str, ...], tally: Tally, items: int, k: int, samples: NDArray[np.float64] | None
) -> dict[str, Figures]:
    gains = gains_of(tally.ranks, k)
    figures = {}
    for place, name in enumerate(names):
        hr, mrr, ndcg = gains[:, place].tolist()
        precision, recall, f1 = by_one_right_item(hr, k)
        figures[name] = Figures(
            hr,
            mrr,
            ndcg,
            precision,
            recall,
            f1,
            coverage=float(tally.shown[place]) / max(1, items),
            novelty=float(tally.popularity[place]),
            answered=float(tally.answered[place]),
            ci95=_intervals(samples[:, :, place], k) if samples is not None else {},
        )
    return figures


def _intervals(samples: NDArray[np.float64], k: int) -> dict[str, Interval]:
    hr, mrr, ndcg = (interval(samples[:, gain]) for gain in range(samples.shape[1]))
    low, high = (by_one_right_item(bound, k) for bound in hr)
    single = {name: (low[place], high[place]) for place, name in enumerate(("precision", "recall", "f1"))}
    return {"hr": hr, "mrr": mrr, "ndcg": ndcg, **single}


def _compare(names: tuple[str, ...], members: dict[str, Figures], samples: NDArray[np.float64]) -> Comparison:
    best = max(names[:-1], key=lambda name: (members[name].hr, members[name].mrr))
    differences = samples[:, :, -1] - samples[:, :, names.index(best)]
    return Comparison(
        best,
        hr_diff=members[HYBRID].hr - members[best].hr,
        mrr_diff=members[HYBRID].mrr - members[best].mrr,
        ci95={"hr_diff": interval(differences[:, 0]), "mrr_diff": interval(differences[:, 1])},
    )


def _spread(values: NDArray[np.float64]) -> Spread:
    if not len(values):
        return Spread(0.0, 0.0)
    p50, p99 = np.quantile(values, (0.5, 0.99))
    return Spread(float(p50), float(p99))
