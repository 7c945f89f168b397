"""The last lists that visitors really got, and how they differ."""

from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np

from online_models.evaluation.beyond_accuracy.exposure import exposure_statistics
from online_models.evaluation.beyond_accuracy.list_measures import SMOOTHING
from online_models.evaluation.beyond_accuracy.popularity_lift import GROUPS
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.messages import ListVariety

WINDOW = 2_000
"""Lists over which variety is measured."""

REMEMBERED = 4_096
"""Visitors whose last list is kept, to tell how much of it the next one changes."""


class Traits(NamedTuple):
    """What is known of some items: their categories, as far as there is a catalog, and each one's share of all events.

    The two need not be of one length.
    """

    categories: Sequence[str] = ()
    popularity: Sequence[float] = ()


NOTHING = Traits()


class _Measured(NamedTuple):
    """One list: its items, what `ListVariety` has the means of, and the mean popularity of the chosen and the shown."""

    items: tuple[ItemId, ...]
    diversity: float | None
    churn: float | None
    divergence: float | None
    chosen: float | None
    shown: float | None


class ListWindow:
    """Measures lists as they are made. Bounded, and not part of snapshots: it starts anew with its process.

    The figures are those of `ExposureFigures`, `ListMeasures` and `GroupLift`, of the last 2,000 lists. Where those
    group visitors, these group lists, by how popular what their visitors had chosen is.

    Examples
    --------
    >>> window = ListWindow()
    >>> for items in (["cup", "saucer"], ["saucer", "teapot"]):
    ...     window.add(VisitorId("ann"), [ItemId(item) for item in items], Traits(["china", "china"]))
    >>> variety = window.report(for_sale=10)
    >>> variety.lists, variety.churn, variety.intra_list_diversity, variety.inter_list_diversity
    (2, 0.5, 0.0, 0.5)
    """

    def __init__(self) -> None:
        self._window: deque[_Measured] = deque()
        self._counts: Counter[ItemId] = Counter()
        self._last: OrderedDict[VisitorId, frozenset[ItemId]] = OrderedDict()

    def add(self, visitor: VisitorId, items: Sequence[ItemId], shown: Traits, chosen: Traits = NOTHING) -> None:
        """Measure a list that was made for a visitor: what is shown, beside what they chose last.

        An empty list does not count.
        """
        if not items:
            return
        last = self._last.pop(visitor, None)
        measured = _Measured(
            items=tuple(items),
            diversity=_diversity(shown.categories),
            churn=None if last is None else sum(item not in last for item in items) / len(items),
            divergence=_divergence(chosen.categories, shown.categories),
            chosen=_mean(chosen.popularity),
            shown=_mean(shown.popularity),
        )
        self._window.append(measured)
        self._counts.update(measured.items)
        self._last[visitor] = frozenset(items)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        if len(self._window) > WINDOW:
            for item in self._window.popleft().items:
                self._counts[item] -= 1
                if not self._counts[item]:
                    del self._counts[item]

    def discard(self, visitor: VisitorId) -> None:
        """Forget whose last list it was: it stays in the figures, without their name."""
        self._last.pop(visitor, None)

    def report(self, for_sale: int) -> ListVariety | None:
        """Return the figures, ``for_sale`` being how many items there are in all; None before the first list."""
        if not self._window:
            return None
        counts = np.fromiter(self._counts.values(), np.int64, len(self._counts))
        coverage, gini, inter = exposure_statistics(counts, len(self._window), for_sale)
        return ListVariety(
            lists=len(self._window),
            coverage=coverage,
            gini=gini,
            inter_list_diversity=None if np.isnan(inter) else inter,
            intra_list_diversity=_mean([one.diversity for one in self._window]),
            churn=_mean([one.churn for one in self._window]),
            calibration_kl=_mean([one.divergence for one in self._window]),
            popularity_lift=_lifts([(one.chosen, one.shown) for one in self._window]),
        )


def _diversity(categories: Sequence[str]) -> float | None:
    """Return the share of pairs of different categories, None where there is no pair."""
    count = len(categories)
    if count < 2:
        return None
    alike = sum(one * (one - 1) for one in Counter(categories).values())
    return 1 - alike / (count * (count - 1))


def _divergence(chosen: Sequence[str], shown: Sequence[str]) -> float | None:
    """Return the Kullback-Leibler divergence of `ListMeasures`, None where either is not known."""
    if not (chosen and shown):
        return None
    of_shown = Counter(shown)
    divergence = 0.0
    for category, count in Counter(chosen).items():
        share = count / len(chosen)
        divergence += share * log(share / ((1 - SMOOTHING) * of_shown[category] / len(shown) + SMOOTHING * share))
    return divergence


def _lifts(popularity: Sequence[tuple[float | None, float | None]]) -> dict[str, float]:
    """Return the popularity lift of each group of lists. Those whose visitor chose nothing known are in none."""
    known = sorted((chosen, shown) for chosen, shown in popularity if chosen and shown is not None)
    lifts = {}
    for name, (low, high) in GROUPS.items():
        group = known[round(low * len(known)) : round(high * len(known))]
        if group:
            lifts[name] = sum(shown for _, shown in group) / sum(chosen for chosen, _ in group) - 1
    return lifts


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
