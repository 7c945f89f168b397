"""One model by itself, with the interface of the field's libraries: no other models, no ranker, no catalog."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from online_models.arrays.id_index import ItemIdIndex, VisitorIdIndex
from online_models.arrays.types import NO_INDEX
from online_models.catalog.content_neighbors import ContentNeighbors
from online_models.models.content.content import Content
from online_models.models.factors.factorization import Factorization
from online_models.models.recommender import ItemToItem, Model, retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.interaction_history import InteractionHistory


class SingleModel:
    """A model with the ids of items and visitors, and each visitor's interaction history.

    Parameters
    ----------
    model
        Any model of this package.
    max_items, max_visitors
        Bounds: later items are ignored; of visitors, the one absent longest makes room.

    Examples
    --------
    >>> from online_models.models.sequence.transitions import Transitions
    >>> model = SingleModel(Transitions())
    >>> for at, (visitor, item) in enumerate([("ann", "cup"), ("ann", "saucer"), ("bob", "cup")]):
    ...     model.learn_one(Feedback(VisitorId(visitor), ItemId(item), kind="view", reward=1.0, at=float(at)))
    >>> [item for item, score in model.recommend(VisitorId("bob"), n=5)]
    ['saucer']
    >>> [item for item, score in model.similar_items(ItemId("saucer"), n=5)]
    ['cup']
    """

    def __init__(self, model: Model, max_items: int = 200_000, max_visitors: int = 1_000_000) -> None:
        self._model = model
        self._items = ItemIdIndex(max_items)
        self._visitors = VisitorIdIndex(max_visitors)
        self._sessions = InteractionHistory()
        self._now = 0.0

    def learn_one(self, feedback: Feedback) -> None:
        """Learn one signal. They come in order of time."""
        item = self._items.add(feedback.item)
        if item < 0:
            return
        visitor, recycled = self._visitors.use(feedback.visitor)
        if recycled:
            self._model.forget_visitor(visitor)
            self._sessions.erase(visitor)
        context = self._sessions.context(visitor, feedback.at, feedback.session)
        self._model.learn_one(item, feedback, context)
        self._sessions.touch(visitor, item, feedback)
        self._now = max(self._now, feedback.at)

    def learn_many(self, feedbacks: Iterable[Feedback]) -> None:
        """Learn signals one after the other. They come in order of time."""
        for feedback in feedbacks:
            self.learn_one(feedback)

    def use_neighbors(self, neighbors: Mapping[ItemId, Sequence[tuple[ItemId, float]]]) -> None:
        """Tell a model of content which items are alike: of each item the others with their cosines, best first.

        Raises
        ------
        TypeError
            If the model does not look at content.
        """
        if not isinstance(self._model, Content):
            raise TypeError(f"{self._model.names[0]} does not look at content")
        for item in neighbors:
            self._items.add(item)
        self._model.use_lists(*ContentNeighbors(neighbors).placed(self._items))

    def recommend(
        self,
        visitor: VisitorId,
        n: int = 10,
        *,
        member: str | None = None,
        now: float | None = None,
        filter_already_liked_items: bool = True,
    ) -> list[tuple[ItemId, float]]:
        """Return up to ``n`` items for a visitor with their scores, best first. Changes nothing.

        Parameters
        ----------
        member
            Which of the model's sources; the first by default.
        now
            Unix seconds; by default the time of the last signal.
        filter_already_liked_items
            Whether to leave out the items of the visitor's interaction history.

        Raises
        ------
        ValueError
            If the model has no source of that name.
        """
        names = self._model.names
        if member is not None and member not in names:
            raise ValueError(f"{member} is none of this model's sources: {', '.join(names)}")
        context = self._sessions.context(self._visitors.index(visitor), self._now if now is None else now)
        excluded = np.zeros(len(self._items), np.bool_)
        if filter_already_liked_items:
            excluded[context.items] = True
        candidates = retrieve(self._model, context._replace(excluded=excluded), n)
        source = names.index(member) if member else 0
        return [
            (self._items.id(index), score)
            for index, score in zip(candidates.items[source].tolist(), candidates.scores[source].tolist(), strict=True)
            if index != NO_INDEX
        ]

    def similar_items(self, item: ItemId, n: int = 10) -> list[tuple[ItemId, float]]:
        """Return up to ``n`` items that belong to an item with their scores, best first. Changes nothing.

        Raises
        ------
        TypeError
            If the model cannot say which items belong to an item.
        """
        model: Model | ItemToItem = self._model
        if not hasattr(model, "similar_items"):
            raise TypeError(f"{self._model.names[0]} does not say which items belong to an item")
        index = self._items.index(item)
        if index < 0:
            return []
        found = model.similar_items(index, n)
        pairs = zip(found.items.tolist(), found.scores.tolist(), strict=True)
        return [(self._items.id(other), score) for other, score in pairs]

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars, 1 to 5, that a visitor is expected to give; None where neither is known. Changes nothing.

        Raises
        ------
        TypeError
            If the model does not predict ratings.
        """
        if not isinstance(self._model, Factorization):
            raise TypeError(f"{self._model.names[0]} does not predict ratings")
        return self._model.expected_rating(self._visitors.index(visitor), self._items.index(item))
