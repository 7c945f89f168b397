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
        self._members_of = [[member for member, of in enumerate(kinds) if of == kind] for kind in range(len(KINDS))]
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
        told = self._told(slate.items, order, largest, contributions, context)
        history, dismissed = self._sessions.deeds(context)
        name = self._items.id
        return SlateExplanation(
            ranking_id=ranking_id,
            parts={item: tuple(of_item) for item, of_item in told.items()},
            history=tuple([KnownInteraction(name(row), deed, at) for row, deed, at in history]),
            dismissed=tuple(map(name, dismissed)),
        )

    def _told(
        self, best: Indices, kinds: NDArray[np.intp], shares: NDArray[np.int32], parts: Values, context: Context
    ) -> dict[ItemId, list[ReasonShare]]:
        """Return by item its largest parts, each with the evidence of the member that added most to it."""
        speakers = np.array([[self._speaker(kind, own) for kind in of] for of, own in zip(kinds, parts, strict=True)])
        spoke = np.full(kinds.shape, NO_INDEX, np.int32)
        for member in np.unique(speakers).tolist():
            places, slots = np.nonzero((speakers == member) & (shares >= LEAST_SHARE))
            if len(places):
                spoke[places, slots] = self._by_member[member].attribution(self._names[member], context, best[places])
        told: dict[ItemId, list[ReasonShare]] = {}
        for place, slot in np.argwhere(shares >= LEAST_SHARE).tolist():
            row, item = spoke.item(place, slot), self._items.id(int(best[place]))
            part = ReasonShare(
                kinds.item(place, slot), shares.item(place, slot), self._items.id(row) if row >= 0 else None
            )
            told.setdefault(item, []).append(part)
        return told

    def _speaker(self, kind: int, parts: Values) -> int:
        """Return the member of a kind that added most; any where none did."""
        return max(self._members_of[kind], key=parts.item, default=0)
