"""Visitors who did something and have not been ranked for it yet: real ones first, the newest first."""

from collections import OrderedDict
from dataclasses import dataclass, field

from online_models.schema.events import EventId, ItemId, VisitorId

MAX_WAITING = 10_000
MAX_CAUSES = 100


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that moved a visitor, and when it passed each hop.

    ``since`` is when the visitor did it; ``viewed`` the item they opened, if they did; ``basket_moved`` whether it
    changed what lies in the basket.
    """

    event_id: EventId
    since: float
    partition: int
    offset: int
    appended_at: float
    polled_at: float
    learned_at: float
    received_at: float | None
    simulated: bool
    viewed: ItemId | None = None
    basket_moved: bool = False


@dataclass(slots=True)
class Moved:
    """A visitor to rank: the newest cause, the ids of all of them, oldest first, and what they changed."""

    visitor: VisitorId
    cause: Cause
    causes: list[EventId] = field(default_factory=list)
    viewed: ItemId | None = None
    basket_moved: bool = False


class MovedVisitors:
    """Each visitor once, however much they did. Bounded: the one who waited longest is left out first."""

    def __init__(self, limit: int = MAX_WAITING) -> None:
        self._limit = limit
        self._real: OrderedDict[VisitorId, Moved] = OrderedDict()
        self._simulated: OrderedDict[VisitorId, Moved] = OrderedDict()

    def __len__(self) -> int:
        return len(self._real) + len(self._simulated)

    def add(self, visitor: VisitorId, cause: Cause) -> None:
        """Let a visitor wait for a ranking, or for a newer one."""
        moved = self._real.pop(visitor, None) or self._simulated.pop(visitor, None) or Moved(visitor, cause)
        moved.cause = cause
        moved.causes.append(cause.event_id)
        moved.viewed = cause.viewed or moved.viewed
        moved.basket_moved |= cause.basket_moved
        if len(moved.causes) > MAX_CAUSES:
            del moved.causes[0]
        (self._simulated if cause.simulated else self._real)[visitor] = moved
        if len(self) > self._limit:
            (self._simulated or self._real).popitem(last=False)

    def pop(self) -> Moved:
        """Take the visitor to rank next. Raises KeyError if nobody waits."""
        return (self._real or self._simulated).popitem()[1]

    def discard(self, visitor: VisitorId) -> None:
        """Rank this visitor no more."""
        self._real.pop(visitor, None)
        self._simulated.pop(visitor, None)
