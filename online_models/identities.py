"""Merging visitors at sign-in, and erasing items, tastes and visitors on request."""

from online_models.arrays.id_index import ItemIdIndex
from online_models.models.ensemble import Ensemble
from online_models.models.popularity.rating_prediction import RatingPrediction
from online_models.models.popularity.top_rated import TopRated
from online_models.ranking.online_ranker import OnlineRanker
from online_models.schema.events import VisitorId
from online_models.visitors.visitors import Visitors


class VisitorIdentities:
    """Merges and erases what models, ranker and histories keep of visitors. It keeps nothing itself."""

    def __init__(
        self,
        items: ItemIdIndex,
        visitors: Visitors,
        models: Ensemble,
        ranker: OnlineRanker,
        ratings: RatingPrediction,
    ) -> None:
        self._items = items
        self._visitors = visitors
        self._models = models
        self._ranker = ranker
        self._ratings = ratings

    def identify(self, visitor: VisitorId, account: VisitorId, at: float) -> None:
        """Merge a visitor into an account."""
        indices = self._visitors.identify(visitor, account, at, len(self._items))
        if indices is not None:
            source, target = indices
            self._models.merge_visitor(source, self._visitors.sessions.context(target, at))
            self._ranker.merge_visitor(source, target)
            self._ratings.merge_visitor(source, target)
            self._visitors.forget(visitor)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what a visitor did with an item; nothing if either index is -1."""
        if visitor >= 0 and item >= 0:
            self._visitors.sessions.forget_item(visitor, item)
            self._models.forget_item(visitor, item)
            self._ranker.forget_item(visitor, item)

    def take_back_dismissal(self, visitor: int, item: int) -> None:
        """Let an item be recommended to a visitor again, and what they did with it count; nothing if either is -1."""
        if visitor >= 0 and item >= 0:
            self._visitors.sessions.take_back_dismissal(visitor, item)

    def reset_taste(self, visitor: VisitorId, now: float) -> None:
        """Erase what a visitor did, except declared preferences, basket and ratings."""
        index = self._visitors.index(visitor)
        if index >= 0:
            self._visitors.reset(visitor, now)
            self._models.forget_taste(index)
            self._ranker.forget_visitor(index)

    def forget(self, visitor: VisitorId, at: float) -> None:
        """Erase everything kept of a visitor, ratings too. Late events from before now will be dropped."""
        self._models.get(TopRated).withdraw(self._visitors.index(visitor))
        self._visitors.forget(visitor, len(self._items))
        self._visitors.departures.note(visitor, at)
