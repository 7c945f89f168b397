"""What speaks for each item of a list, by kind of reason, with the visitor's own items as evidence."""

import numpy as np
from numpy.typing import NDArray

from online_models.blending.served import Asked
from online_models.events import RankingId
from online_models.lists.explanation import kind_of
from online_models.members import Models
from online_models.recommender import Context, Values
from online_models.sessions import Sessions
from online_models.vocabulary import ItemVocabulary
from online_models.why import KINDS, Known, Part, Why

MOST_PARTS = 3
"""So many kinds of reason are told of an item."""

LEAST_SHARE = 5
"""A kind that adds less, in percent, is not told."""


class Evidence:
    """Takes a list apart again. It reads what it is given and keeps nothing."""

    def __init__(self, items: ItemVocabulary, sessions: Sessions, models: Models) -> None:
        self._items = items
        self._sessions = sessions
        self._by_member = [model for model in models.all for _ in model.names]
        self._names = models.names
        kinds = [KINDS.index(kind_of(name)) for name in models.names]
        self._members_of = [[member for member, of in enumerate(kinds) if of == kind] for kind in range(len(KINDS))]
        self._kinds: NDArray[np.float32] = np.eye(len(KINDS), dtype=np.float32)[kinds]

    def of(self, asked: Asked, parts: Values, context: Context, ranking_id: RankingId) -> Why:
        """Return why a list is as it is.

        Parameters
        ----------
        parts
            What each member adds to each item, shape (items, members).
        context
            The visitor, as they were when the list was made.
        """
        by_kind = parts @ self._kinds
        shares = np.rint(100 * by_kind / np.maximum(by_kind.sum(axis=1, keepdims=True), 1e-9)).astype(np.int32)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :MOST_PARTS]
        largest = np.take_along_axis(shares, order, axis=1)
        told = {
            self._items.id(row): tuple(
                [
                    self._part(kind, share, own, context, row)
                    for kind, share in zip(kinds, of_kinds, strict=True)
                    if share >= LEAST_SHARE
                ]
            )
            for row, kinds, of_kinds, own in zip(
                asked.best.tolist(), order.tolist(), largest.tolist(), parts, strict=True
            )
        }
        history, dismissed = self._sessions.deeds(context)
        name = self._items.id
        return Why(
            ranking_id=ranking_id,
            parts={item: of_item for item, of_item in told.items() if of_item},
            history=tuple([Known(name(row), deed, at) for row, deed, at in history]),
            dismissed=tuple(map(name, dismissed)),
        )

    def _part(self, kind: int, share: int, parts: Values, context: Context, row: int) -> Part:
        member = max(self._members_of[kind], key=parts.item)
        spoke = self._by_member[member].evidence(self._names[member], context, row)
        return Part(kind, share, self._items.id(spoke) if spoke >= 0 else None)
