"""The context of a request: plain figures of the visitor by which the ranker chooses its weights."""

from typing import NamedTuple

from online_models.arrays.types import NO_INDEX, NO_INDICES, NO_VALUES, Indices, Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.visitors.context import Context

LONG_AGO = 1e9
"""Seconds since the last interaction of a visitor without one."""


class ContextFeatures(NamedTuple):
    """Plain values, no views: they may be kept until the visitor's next interaction.

    Attributes
    ----------
    session
        Items in the present session.
    known
        Whether there is more history than the session.
    dwell
        Seconds since the last interaction; `LONG_AGO` where there is none.
    last
        The item of the last interaction, -1 where there is none.
    last_count
        How often that item was chosen, by all visitors.
    now
        Unix seconds.
    ignored_items, ignored
        Items that this visitor was shown and passed over, and how much: the sum of the examination probabilities of
        their positions. Shape (k,).
    visit_items, visit_counts
        The items of the present session, oldest first, and how often the visitor came to each, in all. Shape (v,).
    """

    session: int
    known: bool
    dwell: float
    last: int
    last_count: float
    now: float
    ignored_items: Indices = NO_INDICES
    ignored: Values = NO_VALUES
    visit_items: Indices = NO_INDICES
    visit_counts: Indices = NO_INDICES


def context_features_of(
    context: Context, statistics: ItemStatistics, ignored_items: Indices = NO_INDICES, ignored: Values = NO_VALUES
) -> ContextFeatures:
    """Return the context features of a request.

    Examples
    --------
    >>> from online_models.visitors.context import nothing_known
    >>> context_features_of(nothing_known(now=5.0), ItemStatistics())[:6]
    (0, False, 1000000000.0, -1, 0.0, 5.0)
    """
    held = len(context.items)
    if not held:
        return ContextFeatures(0, False, LONG_AGO, NO_INDEX, 0.0, context.now, ignored_items, ignored)
    last = context.items.item(-1)
    count = statistics.counts.item(last) if last < len(statistics.counts) else 0.0
    dwell = max(0.0, context.now - context.times.item(-1))
    visit = context.session_length
    return ContextFeatures(
        visit,
        held > visit,
        dwell,
        last,
        count,
        context.now,
        ignored_items,
        ignored,
        context.items[held - visit :].copy(),
        context.counts[held - visit :].copy(),
    )


CONTEXTS = (
    "session: none",
    "session: 1 item",
    "session: 2 to 4 items",
    "session: 5 items or more",
    "visitor: new",
    "visitor: known",
    "last touch: under 20 s ago",
    "last touch: under 90 s ago",
    "last touch: under 30 min ago",
    "last touch: longer ago",
    "last item: nothing known to follow",
    "last item: touched up to 3 times",
    "last item: touched up to 20 times",
    "last item: touched more often",
)
"""Each context that has weights of its own: four questions, and the answers to each."""

_NEW, _DWELL, _SILENT = 4, 6, 10


def context_indices(context: ContextFeatures, silent: bool) -> tuple[int, int, int, int]:
    """Return the index in `CONTEXTS` of the answer to each of the four questions.

    Parameters
    ----------
    silent
        Whether the source that knows what follows an item proposed nothing.

    Examples
    --------
    >>> [CONTEXTS[index] for index in context_indices(ContextFeatures(3, True, 31.0, 7, 15.0, now=0.0), silent=False)]
    ['session: 2 to 4 items', 'visitor: known', 'last touch: under 90 s ago', 'last item: touched up to 20 times']
    """
    session, dwell, count = context.session, context.dwell, context.last_count
    length = session if session < 2 else 2 if session < 5 else 3
    waited = 0 if dwell < 20 else 1 if dwell < 90 else 2 if dwell < 1800 else 3
    followed = 0 if silent else 1 if count <= 3 else 2 if count <= 20 else 3
    return length, _NEW + context.known, _DWELL + waited, _SILENT + followed
