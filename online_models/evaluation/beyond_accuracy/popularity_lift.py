"""Popularity lift: how much more popular what visitors are shown is than what they choose, by group of visitors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.metrics import Interval, interval, means_of_resamples

GROUPS = {"niche": (0.0, 0.2), "diverse": (0.2, 0.8), "blockbuster": (0.8, 1.0)}
"""Which share of the visitors is in each group, in order of how popular the items are that they choose."""


@dataclass(frozen=True, slots=True)
class Lift:
    """How much more popular the items are that one source shows than those that the visitors choose: 0 if equally."""

    lift: float
    ci95: Interval


@dataclass(frozen=True, slots=True)
class GroupLift:
    r"""The lift for one group of visitors.

    .. math:: lift(g) = \frac{\bar q(g) - \bar p(g)}{\bar p(g)}

    where :math:`\bar p(g)` is the mean, over the visitors of the group, of the popularity of the items that they chose,
    and :math:`\bar q(g)` that of what they were shown at the same moments. An item's popularity is its share of all
    events before.

    Attributes
    ----------
    visitors
        How many are in the group.
    chosen
        The mean popularity of what they chose.
    members
        Lifts by source; a source that showed them nothing is left out.

    References
    ----------
    Abdollahpouri et al.: The unfairness of popularity bias in recommendation, RMSE workshop at RecSys 2019 (the
    groups). Abdollahpouri et al.: The connection between popularity bias, calibration, and fairness in recommendation,
    RecSys 2020 (the lift).
    """

    visitors: int
    chosen: float
    members: dict[str, Lift]


def lifts_by_group(
    names: Sequence[str], chosen: NDArray[np.float64], shown: NDArray[np.float64], seed: int
) -> dict[str, GroupLift]:
    """Return the lift of each group of visitors; a group without visitors is left out.

    Parameters
    ----------
    chosen
        Mean popularity of what each visitor chose, shape (visitors,).
    shown
        That of what each source showed them, not-a-number where it showed nothing; shape (visitors, sources).
    """
    order = np.argsort(chosen, kind="stable")
    lifts = {}
    for name, (low, high) in GROUPS.items():
        group = order[round(low * len(order)) : round(high * len(order))]
        if len(group):
            members = _lifts(names, chosen[group], shown[group], seed)
            lifts[name] = GroupLift(len(group), float(chosen[group].mean()), members)
    return lifts


def _lifts(names: Sequence[str], chosen: NDArray[np.float64], shown: NDArray[np.float64], seed: int) -> dict[str, Lift]:
    heard = ~np.isnan(shown)
    columns = np.hstack((np.where(heard, shown, 0.0), np.where(heard, chosen[:, None], 0.0)))
    shown_sums, chosen_sums = np.split(columns.sum(axis=0), 2)
    samples = np.split(means_of_resamples(np.ones(len(chosen), np.int64), columns, seed), 2, axis=1)
    lifts = {}
    for source, name in enumerate(names):
        if chosen_sums[source] > 0:
            drawn = samples[1][:, source] > 0
            ratios = samples[0][drawn, source] / samples[1][drawn, source] - 1
            lifts[name] = Lift(float(shown_sums[source] / chosen_sums[source] - 1), interval(ratios))
    return lifts
