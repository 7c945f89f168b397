"""Who is who, and who is nobody any more: visitors joined at sign-in, items, tastes and visitors forgotten on wish."""

from online_models.models.ensemble import Models
from online_models.ranking.ranking_feedback import FeedbackLoop
from online_models.schema.events import VisitorId
from online_models.visitors.visitors import Visitors


class Identity:
    """Joins and erases what is kept of visitors, wherever it is kept. It keeps nothing itself."""

    def __init__(self, audience: Visitors, models: Models, loop: FeedbackLoop) -> None:
        self._audience = audience
        self._models = models
        self._loop = loop

    def identify(self, visitor: VisitorId, account: VisitorId, at: float) -> None:
        """Let what a visitor did belong to an account."""
        rows = self._audience.identify(visitor, account, at)
        if rows is not None:
            source, target = rows
            self._models.merge_visitor(source, self._audience.sessions.context(target, at))
            self._loop.merge_visitor(source, target)
            self._audience.forget(visitor)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase what a visitor row did with an item; nothing where either is -1."""
        if visitor >= 0 and item >= 0:
            self._audience.sessions.forget_item(visitor, item)
            self._models.forget_item(visitor, item)
            self._loop.forget_item(visitor, item)

    def reset_taste(self, visitor: VisitorId, now: float) -> None:
        """Erase what a visitor did. What they declared stays, and their basket and stars."""
        row = self._audience.row(visitor)
        if row >= 0:
            self._audience.reset(visitor, now)
            self._models.forget_taste(row)
            self._loop.forget_visitor(row)

    def forget(self, visitor: VisitorId, at: float) -> None:
        """Erase all that is kept of a visitor, their stars too; of their events, those from before are nobody's."""
        self._models.top_rated.withdraw(self._audience.row(visitor))
        self._audience.forget(visitor)
        self._audience.departures.note(visitor, at)

    def erase_row(self, row: int) -> None:
        """Erase what models and blend keep under a visitor row, which will be given to somebody else."""
        self._models.forget_visitor(row)
        self._loop.forget_visitor(row)
