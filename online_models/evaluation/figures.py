"""All figures of the lists of one source: accuracy, and beyond it, with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.beyond_accuracy import list_measures as columns
from online_models.evaluation.beyond_accuracy.exposure import exposure_figures
from online_models.evaluation.metrics import Interval, by_one_right_item, gains_of, interval, means_of_resamples
from online_models.evaluation.rules import Rules
from online_models.evaluation.tally import Tally

_RATIOS = {
    "novelty": (columns.SHARE, columns.ITEMS),
    "intra_list_diversity": (columns.DIVERSITY, columns.DIVERSE),
    "churn": (columns.CHURN, columns.FOLLOWING),
    "calibration_kl": (columns.DIVERGENCE, columns.CALIBRATED),
}
"""Means over lists or their items: what is summed, and of how many."""


@dataclass(frozen=True, slots=True)
class Figures:
    r"""How good the lists of one source were, at k.

    One item is right, at position r. With a hit being :math:`r \le k`, the mean over all lists of

    .. math:: HR = 1_{r \le k},\quad MRR = 1_{r \le k} / r,\quad NDCG = 1_{r \le k} / \log_2(r + 1)

    .. math:: precision = HR / k,\quad recall = HR,\quad F_1 = 2 HR / (k + 1)

    Attributes
    ----------
    coverage, gini, inter_list_diversity
        Of `ExposureFigures`: how many of all items were shown, how unevenly, and how much the lists differ.
    novelty
        Mean popularity of what was shown, as share of the events before: the lower, the less well known.
    answered
        Share of the lists that were not empty.
    intra_list_diversity, churn, calibration_kl
        Of `ListMeasures`, means over lists: pairs in a list that are of different categories; the share of a list that
        was not in the visitor's last one; the divergence of its categories from those the visitor came to, 0 if they
        are in the same proportions. None where no list has one: without categories, or if nobody comes back.
    ci95
        Intervals that hold the figure with 95 %, by figure.

    References
    ----------
    Jaervelin and Kekaelaeinen: Cumulated gain-based evaluation of IR techniques, TOIS 2002. Ludewig and Jannach:
    Evaluation of session-based recommendation algorithms, UMUAI 2018.
    """

    hr: float
    mrr: float
    ndcg: float
    precision: float
    recall: float
    f1: float
    coverage: float
    novelty: float
    answered: float
    gini: float | None
    inter_list_diversity: float | None
    intra_list_diversity: float | None
    churn: float | None
    calibration_kl: float | None
    ci95: dict[str, Interval]


def figures_by_source(
    names: tuple[str, ...], tally: Tally, items: int, rules: Rules, samples: NDArray[np.float64]
) -> dict[str, Figures]:
    """Return the figures of each source, those of the whole last.

    Parameters
    ----------
    items
        How many there are in all.
    samples
        Gains in resamples of the visitors (`resampled`).
    """
    gains, ratios = gains_of(tally.ranks, rules.k), _ratios(names, tally, rules.seed)
    figures = {}
    for source, name in enumerate(names):
        hr, mrr, ndcg = gains[:, source].tolist()
        precision, recall, f1 = by_one_right_item(hr, rules.k)
        shown = exposure_figures(tally.exposure, source, items)
        means, bounds = ratios[name]
        figures[name] = Figures(
            hr=hr,
            mrr=mrr,
            ndcg=ndcg,
            precision=precision,
            recall=recall,
            f1=f1,
            coverage=shown.coverage,
            novelty=means["novelty"] or 0.0,
            answered=means["answered"] or 0.0,
            gini=shown.gini,
            inter_list_diversity=shown.inter_list_diversity,
            intra_list_diversity=means["intra_list_diversity"],
            churn=means["churn"],
            calibration_kl=means["calibration_kl"],
            ci95=_intervals(samples[:, :, source], rules.k) | shown.ci95 | bounds,
        )
    return figures


def _intervals(samples: NDArray[np.float64], k: int) -> dict[str, Interval]:
    hr, mrr, ndcg = (interval(samples[:, gain]) for gain in range(samples.shape[1]))
    low, high = (by_one_right_item(bound, k) for bound in hr)
    single = {name: (low[number], high[number]) for number, name in enumerate(("precision", "recall", "f1"))}
    return {"hr": hr, "mrr": mrr, "ndcg": ndcg, **single}


def _ratios(
    names: tuple[str, ...], tally: Tally, seed: int
) -> dict[str, tuple[dict[str, float | None], dict[str, Interval]]]:
    """Return by source the means of what is measured of each list, None where no list has it, and their intervals."""
    sums, lists = tally.measures.sums.astype(np.float64), tally.measures.lists
    if not len(lists):
        return {name: (dict.fromkeys((*_RATIOS, "answered")), {}) for name in names}
    totals = sums.sum(axis=0) / lists.sum()
    samples = means_of_resamples(lists, sums.reshape(len(sums), -1), seed).reshape(-1, *sums.shape[1:])
    by_source: dict[str, tuple[dict[str, float | None], dict[str, Interval]]] = {}
    for source, name in enumerate(names):
        means: dict[str, float | None] = {"answered": float(totals[source, columns.ANSWERED])}
        bounds = {"answered": interval(samples[:, source, columns.ANSWERED])}
        for ratio, (summed, counted) in _RATIOS.items():
            count = totals[source, counted]
            means[ratio] = float(totals[source, summed] / count) if count else None
            drawn = samples[samples[:, source, counted] > 0, source]
            if len(drawn):
                bounds[ratio] = interval(drawn[:, summed] / drawn[:, counted])
        by_source[name] = means, bounds
    return by_source
