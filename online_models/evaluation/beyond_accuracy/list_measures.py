"""What is measured of each list by itself and against the visitor's last one, summed by visitor."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.types import NO_INDEX, Indices, Values

ANSWERED, ITEMS, SHARE, DIVERSITY, DIVERSE, CHURN, FOLLOWING, DIVERGENCE, CALIBRATED = range(9)
"""Columns of the sums: lists that were not empty; their items; the items' shares of all events; diversity within the
list, and lists that have one; churn, and lists that follow another; divergence from the visitor's profile, and lists
that can be compared with one."""

COLUMNS = 9
ROWS = 65_536
"""Visitors beyond so many share the rows of others: then it is groups of visitors that are resampled."""

SMOOTHING = 0.01
"""The share of the visitor's profile in the list's distribution, so that the divergence is finite (Steck: alpha)."""

_REMEMBERED = 2**22
"""Items of last lists that are kept, in all: 16 MB."""

Sums = NDArray[np.float32]


class _Lists(NamedTuple):
    """What compiled code reads and writes for the lists of one visitor.

    Attributes
    ----------
    sums
        Shape (sources, columns).
    previous
        The visitor's last lists, -1 where there is no more; shape (sources, k).
    popularity
        Share of the events so far that each item had, times their number; shape (items,).
    categories
        By item, -1 where it is not known; shape (items known,).
    seen, in_list
        Scratch by item and by category: zeros before and after.
    """

    sums: Sums
    previous: Indices
    popularity: NDArray[np.float64]
    categories: Indices
    seen: NDArray[np.bool_]
    in_list: Indices


class ListMeasures:
    r"""Sums of what is measured of each list, by visitor and source.

    For a list :math:`L` of a source, the same visitor's last list :math:`L'` of it, and categories c,

    .. math::

        intra = 1 - \frac{\text{pairs of one category}}{\text{all pairs}},\quad
        churn = \frac{|L \setminus L'|}{|L|},\quad
        KL = \sum_c p_c \log \frac{p_c}{(1 - \alpha) q_c + \alpha p_c}

    where :math:`p` is the distribution of categories in the visitor's profile, :math:`q` that in the list, and
    :math:`\alpha` = 0.01.

    Parameters
    ----------
    sources
        How many lists there are at a time.
    k
        How many items of each list count.
    categories
        By index of an item its category, numbered from 0, -1 where it is not known.
    items
        How many there may be.

    References
    ----------
    Ziegler et al.: Improving recommendation lists through topic diversification, WWW 2005 (intra-list similarity by
    taxonomy). Lathia et al.: Temporal diversity in recommender systems, SIGIR 2010 (churn). Steck: Calibrated
    recommendations, RecSys 2018 (Kullback-Leibler divergence of genres).
    """

    def __init__(self, sources: int, k: int, categories: Indices, items: int) -> None:
        self._k = k
        self._sums: Sums = np.zeros((0, sources, COLUMNS), np.float32)
        self._lists: Indices = np.zeros(0, np.int32)
        self._chosen: Values = np.zeros(0, np.float32)
        self._visitors = 0
        self._categories = categories
        self._slots = max(1, _REMEMBERED // (sources * k))
        self._owners: Indices = np.zeros(0, np.int32)
        self._previous: Indices = np.zeros((0, sources, k), np.int32)
        self._seen = np.zeros(items, np.bool_)
        self._in_list = np.zeros(int(categories.max(initial=NO_INDEX)) + 1, np.int32)

    @property
    def sums(self) -> Sums:
        """By row of visitors, source and column; shape (rows, sources, columns)."""
        return self._sums[: self._visitors]

    @property
    def lists(self) -> Indices:
        """How many times lists were made for the visitors of each row, shape (rows,)."""
        return self._lists[: self._visitors]

    @property
    def chosen(self) -> NDArray[np.float64]:
        """Mean share of all events, before it came, of the item that lists were judged by; shape (rows,)."""
        shares: NDArray[np.float64] = self._chosen[: self._visitors] / np.maximum(1, self.lists).astype(np.float64)
        return shares

    @property
    def popularity(self) -> NDArray[np.float64]:
        """Mean share of all events of what each source showed, not-a-number where nothing; shape (rows, sources)."""
        shown = self.sums[:, :, ITEMS].astype(np.float64)
        shares: NDArray[np.float64] = np.where(shown > 0, self.sums[:, :, SHARE] / np.maximum(1, shown), np.nan)
        return shares

    def add(
        self,
        candidates: Indices,
        best: Indices,
        visitor: int,
        popularity: NDArray[np.float64],
        events: int,
        target: int,
        profile: Indices,
    ) -> None:
        """Measure the lists of one visitor.

        Parameters
        ----------
        candidates, best
            The lists of all sources but the last, shape (sources - 1, limit), and of the last, shape (n,).
        visitor
            A number from 0; numbers come in order.
        popularity, events
            Events of each item so far, and of all.
        target
            The item that came, -1 for one that has no index.
        profile
            The categories of the visitor's last items.
        """
        row, share = visitor % ROWS, 1.0 / max(1, events)
        if row >= self._visitors:
            self._visitors = row + 1
            self._sums, self._lists = grown(self._sums, row + 1), grown(self._lists, row + 1)
            self._chosen = grown(self._chosen, row + 1)
        self._lists[row] += 1
        if 0 <= target < len(popularity):
            self._chosen[row] += np.float32(popularity[target] * share)
        slot, is_following = self._remembered(visitor)
        lists = _Lists(self._sums[row], self._previous[slot], popularity, self._categories, self._seen, self._in_list)
        _measure_all(lists, candidates, best, is_following, share, profile)

    def _remembered(self, visitor: int) -> tuple[int, bool]:
        """Return where the visitor's last lists are kept, and whether they still are."""
        slot = visitor % self._slots
        if slot >= len(self._owners):
            self._owners = grown(self._owners, slot + 1, NO_INDEX)
            self._previous = grown(self._previous, slot + 1, NO_INDEX)
        is_following = int(self._owners[slot]) == visitor
        self._owners[slot] = visitor
        return slot, is_following


@compiled
def _measure_all(
    lists: _Lists, candidates: Indices, best: Indices, is_following: bool, share: float, profile: Indices
) -> None:
    categories, shares = _distribution(profile)
    for source in range(len(candidates)):
        _measure(lists, source, candidates[source], is_following, share, categories, shares)
    _measure(lists, len(candidates), best, is_following, share, categories, shares)


@compiled
def _distribution(profile: Indices) -> tuple[Indices, NDArray[np.float64]]:
    """Return the categories of a profile, each once, and their shares of it."""
    categories, shares = np.empty(len(profile), np.int32), np.zeros(len(profile))
    count = 0
    for category in profile:
        place = 0
        while place < count and categories[place] != category:
            place += 1
        if place == count:
            categories[count] = category
            count += 1
        shares[place] += 1 / len(profile)
    return categories[:count], shares[:count]


@compiled
def _measure(
    lists: _Lists,
    source: int,
    listed: Indices,
    is_following: bool,
    share: float,
    categories: Indices,
    shares: NDArray[np.float64],
) -> None:
    sums, previous = lists.sums[source], lists.previous[source]
    size = 0
    while size < min(len(previous), len(listed)) and listed[size] >= 0:
        size += 1
    for item in listed[:size]:
        if item < len(lists.popularity):
            sums[SHARE] += np.float32(lists.popularity[item] * share)
    sums[ITEMS] += size
    sums[ANSWERED] += size > 0
    if is_following and size > 0 and previous[0] >= 0:
        sums[CHURN] += np.float32(_churn(listed[:size], previous, lists.seen))
        sums[FOLLOWING] += 1
    previous[:size] = listed[:size]
    previous[size:] = NO_INDEX
    _compare_categories(lists, sums, listed[:size], categories, shares)


@compiled
def _churn(listed: Indices, previous: Indices, seen: NDArray[np.bool_]) -> float:
    """Return the share of a list that was not in the one before."""
    for item in previous:
        if 0 <= item < len(seen):
            seen[item] = True
    fresh = 0
    for item in listed:
        fresh += item >= len(seen) or not seen[item]
    for item in previous:
        if 0 <= item < len(seen):
            seen[item] = False
    return fresh / len(listed)


@compiled
def _compare_categories(
    lists: _Lists, sums: Sums, listed: Indices, categories: Indices, shares: NDArray[np.float64]
) -> None:
    known, alike = 0, 0
    for item in listed:
        if item < len(lists.categories) and lists.categories[item] >= 0:
            category = lists.categories[item]
            alike += lists.in_list[category]
            lists.in_list[category] += 1
            known += 1
    if known > 1:
        sums[DIVERSITY] += np.float32(1 - 2 * alike / (known * (known - 1)))
        sums[DIVERSE] += 1
    if known > 0 and len(categories) > 0:
        divergence = 0.0
        for place in range(len(categories)):
            listed_share = lists.in_list[categories[place]] / known
            smooth = (1 - SMOOTHING) * listed_share + SMOOTHING * shares[place]
            divergence += shares[place] * np.log(shares[place] / smooth)
        sums[DIVERGENCE] += np.float32(max(0.0, divergence))
        sums[CALIBRATED] += 1
    for item in listed:
        if item < len(lists.categories) and lists.categories[item] >= 0:
            lists.in_list[lists.categories[item]] = 0
