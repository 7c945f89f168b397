"""Explains a slate: the share of each kind of reason in each item's score, attributed to the visitor's own items."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.ensemble import Ensemble
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, RankingId
from online_models.schema.explanation import KINDS, KnownInteraction, ReasonShare, SlateExplanation
from online_models.slate.reasons import Reasons
from online_models.visitors.context import Context
from online_models.visitors.interaction_history import InteractionHistory

MOST_PARTS = 3
"""How many kinds of reason are given for an item."""

LEAST_SHARE = 5
"""A kind that adds less, in percent, is left out."""


class SlateExplainer:
    """Attributes the scores of a slate. It keeps nothing."""

    def __init__(self, items: ItemIdIndex, sessions: InteractionHistory, models: Ensemble, reasons: Reasons) -> None:
        self._items = items
        self._sessions = sessions
        self._by_member = models.by_member
        self._names = models.names
        kinds = [KINDS.index(reasons.kind_of(name)) for name in models.names]
        self._sources_of = [[source for source, of in enumerate(kinds) if of == kind] for kind in range(len(KINDS))]
        self._kinds: NDArray[np.float32] = np.eye(len(KINDS), dtype=np.float32)[kinds]

    def explain(self, slate: Slate, contributions: Values, context: Context, ranking_id: RankingId) -> SlateExplanation:
        """Return why a slate is as it is.

        Parameters
        ----------
        contributions
            What each source adds to each item, shape (items, sources).
        context
            The visitor, as they were when the list was made.
        """
        by_kind = contributions @ self._kinds
        shares = np.rint(100 * by_kind / np.maximum(by_kind.sum(axis=1, keepdims=True), 1e-9)).astype(np.int32)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :MOST_PARTS]
        largest = np.take_along_axis(shares, order, axis=1)
        parts = self._parts(slate.items, order, largest, contributions, context)
        history, dismissed = self._sessions.deeds(context)
        name = self._items.id
        return SlateExplanation(
            ranking_id=ranking_id,
            parts={item: tuple(of_item) for item, of_item in parts.items()},
            history=tuple([KnownInteraction(name(index), deed, at) for index, deed, at in history]),
            dismissed=tuple(map(name, dismissed)),
        )

    def _parts(
        self,
        items: Indices,
        kinds: NDArray[np.intp],
        shares: NDArray[np.int32],
        contributions: Values,
        context: Context,
    ) -> dict[ItemId, list[ReasonShare]]:
        """Return by item its largest parts, each attributed by the source that added most to it."""
        by = [[self._source(kind, own) for kind in of] for of, own in zip(kinds, contributions, strict=True)]
        sources = np.array(by)
        attributed = np.full(kinds.shape, NO_INDEX, np.int32)
        for source in np.unique(sources).tolist():
            positions, ranks = np.nonzero((sources == source) & (shares >= LEAST_SHARE))
            if len(positions):
                model, chosen = self._by_member[source], items[positions]
                attributed[positions, ranks] = model.attribution(self._names[source], context, chosen)
        parts: dict[ItemId, list[ReasonShare]] = {}
        for position, rank in np.argwhere(shares >= LEAST_SHARE).tolist():
            own, item = attributed.item(position, rank), self._items.id(items.item(position))
            part = ReasonShare(
                kinds.item(position, rank), shares.item(position, rank), self._items.id(own) if own >= 0 else None
            )
            parts.setdefault(item, []).append(part)
        return parts

    def _source(self, kind: int, contributions: Values) -> int:
        """Return the source of a kind that added most; any where none did."""
        return max(self._sources_of[kind], key=contributions.item, default=0)
