"""The result of an evaluation: figures of every source and of the whole, how they compare, and over time."""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.beyond_accuracy.popularity_lift import GroupLift, lifts_by_group
from online_models.evaluation.curves import Curves, draw_curves
from online_models.evaluation.day_averages import DayAverages, average_over_days
from online_models.evaluation.figures import Figures, figures_by_source
from online_models.evaluation.metrics import Interval, interval, resampled
from online_models.evaluation.rating_errors import RatingErrors, rating_errors_of
from online_models.evaluation.rules import HYBRID, Rules
from online_models.evaluation.slices import Slice, slices_of
from online_models.evaluation.walk import Measures

ProtocolName = Literal["prequential", "holdout", "t4rec"]

_DIGITS = 6
_NOTHING_ASKED: dict[ProtocolName, str] = {
    "prequential": "no visitor has a second event after the warm-up",
    "holdout": "no visitor has a second event in the file that is held out",
    "t4rec": "it takes two days or more on which sessions of two items or more began",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole less its best source, by hit rate; intervals are paired."""

    best: str
    hr_diff: float
    mrr_diff: float
    ci95: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some times, and what 99 % of them stay within."""

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
        Figures by source, those of the whole as `HYBRID`.
    cold
        The same for cold starts.
    ratings
        How far expected ratings were off; None where there were no ratings.
    learn_us, rank_ms
        Microseconds that learning an event took, and milliseconds that ranking a list took.
    day_averages
        Averages over days, where the protocol goes by days.
    popularity_lift
        How much more popular what visitors are shown is than what they choose, by group of visitors.
    slices
        The lists where little is known, of an item or of a visitor.
    """

    protocol: ProtocolName
    k: int
    events: int
    asked: int
    cold_starts: int
    members: dict[str, Figures]
    cold: dict[str, Figures]
    comparison: Comparison
    ratings: RatingErrors | None
    learn_us: Spread
    rank_ms: Spread
    events_per_s: float
    curves: Curves
    day_averages: DayAverages | None
    popularity_lift: dict[str, GroupLift]
    slices: dict[str, Slice]


class NothingAsked(ValueError):
    """No event could be judged, for the reason in the message."""


def build_evaluation(
    protocol: ProtocolName, names: tuple[str, ...], measures: Measures, events: int, items: int, rules: Rules
) -> Evaluation:
    """Return the figures of what was measured.

    Parameters
    ----------
    names
        The sources', in the order of their candidates.
    items
        Number of items of the catalog.

    Raises
    ------
    NothingAsked
        If there is nothing to judge.
    """
    if not len(measures.warm):
        raise NothingAsked(_NOTHING_ASKED[protocol])
    names = (*names, HYBRID)
    warm, cold = measures.warm, measures.cold
    samples, cold_samples = (resampled(tally.ranks, tally.visitors, rules.k, rules.seed) for tally in (warm, cold))
    members = figures_by_source(names, warm, items, rules, samples)
    return Evaluation(
        protocol=protocol,
        k=rules.k,
        events=events,
        asked=len(warm),
        cold_starts=len(cold),
        members=members,
        cold=figures_by_source(names, cold, items, rules, cold_samples),
        comparison=_compare(names, members, samples),
        ratings=rating_errors_of(measures.rating_errors, measures.rating_visitors, rules.seed),
        learn_us=_spread(np.array(measures.learning) * 1e6),
        rank_ms=_spread(np.array(measures.ranking) * 1e3),
        events_per_s=measures.steps / measures.seconds if measures.seconds > 0 else 0.0,
        curves=draw_curves(warm, rules.k),
        day_averages=average_over_days(names, warm, measures.day_ends, rules.k, rules.seed),
        popularity_lift=lifts_by_group(names, warm.measures.chosen, warm.measures.popularity, rules.seed),
        slices=slices_of(names, (warm, cold), rules.k, rules.seed),
    )


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


def as_plain_data(evaluation: Evaluation) -> dict[str, object]:
    """Return an evaluation as nested dictionaries, lists and numbers that go into JSON as they are."""
    days = evaluation.day_averages
    return {
        "protocol": evaluation.protocol,
        "k": evaluation.k,
        "events": evaluation.events,
        "asked": evaluation.asked,
        "members": {name: _plain(asdict(figures)) for name, figures in evaluation.members.items()},
        "hybrid_vs_best": _plain(asdict(evaluation.comparison)),
        "ratings": None if evaluation.ratings is None else _plain(asdict(evaluation.ratings)),
        "speed": {
            "learn_us": _plain(asdict(evaluation.learn_us), 3),
            "rank_ms": _plain(asdict(evaluation.rank_ms), 3),
            "events_per_s": round(evaluation.events_per_s, 1),
        },
        "cold_starts": {
            "asked": evaluation.cold_starts,
            "members": {name: _plain(asdict(figures)) for name, figures in evaluation.cold.items()},
        },
        "days": None if days is None else _plain(asdict(days)),
        "popularity_lift": {group: _plain(asdict(lift)) for group, lift in evaluation.popularity_lift.items()},
        "slices": {name: _plain(asdict(part)) for name, part in evaluation.slices.items()},
    }


def _plain(value: object, digits: int = _DIGITS) -> object:
    """Round the numbers in a structure, and write tuples as lists."""
    if isinstance(value, dict):
        return {str(name): _plain(inner, digits) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner, digits) for inner in value]
    return round(value, digits) if isinstance(value, float) else value
