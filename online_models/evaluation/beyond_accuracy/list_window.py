"""The last lists that visitors really got, and how they differ."""

from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from online_models.evaluation.beyond_accuracy.exposure import exposure_statistics
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.messages import ListVariety

WINDOW = 2_000
"""Lists over which variety is measured."""

REMEMBERED = 4_096
"""Visitors whose last list is kept, to tell how much of it the next one changes."""


class _Measured(NamedTuple):
    """One list: its items, the share of pairs of different categories, and what was not in the visitor's last one."""

    items: tuple[ItemId, ...]
    diversity: float | None
    churn: float | None


class ListWindow:
    """Measures lists as they are made. Bounded, and not part of snapshots: it starts anew with its process.

    The figures are those of `ExposureFigures` and `ListMeasures`, of the last 2,000 lists.

    Examples
    --------
    >>> window = ListWindow()
    >>> for items in (["cup", "saucer"], ["saucer", "teapot"]):
    ...     window.add(VisitorId("ann"), [ItemId(item) for item in items], ["china", "china"])
    >>> variety = window.report(for_sale=10)
    >>> variety.lists, variety.churn, variety.intra_list_diversity, variety.inter_list_diversity
    (2, 0.5, 0.0, 0.5)
    """

    def __init__(self) -> None:
        self._window: deque[_Measured] = deque()
        self._counts: Counter[ItemId] = Counter()
        self._last: OrderedDict[VisitorId, frozenset[ItemId]] = OrderedDict()

    def add(self, visitor: VisitorId, items: Sequence[ItemId], categories: Sequence[str]) -> None:
        """Measure a list that was made for a visitor, with its items' categories. An empty one does not count."""
        if not items:
            return
        last = self._last.pop(visitor, None)
        churn = None if last is None else sum(item not in last for item in items) / len(items)
        measured = _Measured(tuple(items), _diversity(categories), churn)
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
        )


def _diversity(categories: Sequence[str]) -> float | None:
    """Return the share of pairs of different categories, None where there is no pair."""
    count = len(categories)
    if count < 2:
        return None
    alike = sum(one * (one - 1) for one in Counter(categories).values())
    return 1 - alike / (count * (count - 1))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
