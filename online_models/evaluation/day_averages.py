"""Figures averaged over days: each day counts the same, however many sessions it had."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.metrics import GAINS, Interval, Ranks, gains_of, interval, resampled
from online_models.evaluation.tally import Tally

CUTOFF = 10
"""The metrics are given at this cutoff too, beside the length of the lists."""

_GIVEN = ("hr", "ndcg")


@dataclass(frozen=True, slots=True)
class DayAverage:
    """Hit rate and NDCG of one source at one cutoff: the mean over days of the means over a day's sessions.

    Intervals are by the bootstrap over the sessions of each day; they say nothing about other days.
    """

    hr: float
    ndcg: float
    ci95: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class DayAverages:
    """Averages over time, by cutoff and source.

    Attributes
    ----------
    days
        How many were judged.
    at
        By cutoff, the averages by source.

    References
    ----------
    "Average over time" of de Souza Pereira Moreira et al.: Transformers4Rec, RecSys 2021.
    """

    days: int
    at: dict[int, dict[str, DayAverage]]


def average_over_days(
    names: Sequence[str], tally: Tally, day_ends: Sequence[int], k: int, seed: int
) -> DayAverages | None:
    """Return the averages of lists that were judged day by day; None where no protocol goes by days.

    Parameters
    ----------
    names
        The sources', in the order of the tally's ranks.
    day_ends
        How many lists had been judged by the end of each day.
    """
    bounds = [(start, end) for start, end in zip((0, *day_ends), day_ends, strict=False) if end > start]
    if not bounds:
        return None
    days = [(tally.ranks[start:end], tally.visitors[start:end]) for start, end in bounds]
    at = {cutoff: _averages(names, days, cutoff, seed) for cutoff in sorted({min(CUTOFF, k), k})}
    return DayAverages(len(days), at)


def _averages(
    names: Sequence[str], days: Sequence[tuple[Ranks, NDArray[np.int32]]], cutoff: int, seed: int
) -> dict[str, DayAverage]:
    gains, samples = [], []
    for number, (ranks, visitors) in enumerate(days):
        within = np.where(ranks > cutoff, 0, ranks).astype(np.int16)
        sessions = np.unique(visitors, return_inverse=True)[1].astype(np.int32)
        gains.append(gains_of(within, cutoff))
        samples.append(resampled(within, sessions, cutoff, seed + number))
    mean, mean_samples = np.mean(gains, axis=0), np.mean(samples, axis=0)
    lines = {gain: GAINS.index(gain) for gain in _GIVEN}
    averages = {}
    for source, name in enumerate(names):
        values = {gain: float(mean[line, source]) for gain, line in lines.items()}
        bounds = {gain: interval(mean_samples[:, line, source]) for gain, line in lines.items()}
        averages[name] = DayAverage(**values, ci95=bounds)
    return averages
