"""Visitors to rank, because of an event of theirs: real ones before simulated ones, the newest first."""

from collections import OrderedDict
from dataclasses import dataclass, field

from online_models.schema.events import EventId, ItemId, VisitorId

MAX_PENDING = 10_000
MAX_CAUSES = 100
FRESH_SECONDS = 15 * 60
"""Nobody is ranked for an event that is older: its visitor has left."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The event for which a visitor is ranked, and when it passed each hop.

    ``since`` is when the visitor did it; ``viewed`` the item they opened, if they did; ``basket_changed`` whether it
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
    basket_changed: bool = False


@dataclass(slots=True)
class QueuedVisitor:
    """A visitor to rank: the newest cause, the ids of all of them, oldest first, and what they changed."""

    visitor: VisitorId
    cause: Cause
    causes: list[EventId] = field(default_factory=list)
    viewed: ItemId | None = None
    basket_changed: bool = False


class RankQueue:
    """Each visitor once, however much they did. Bounded: whoever waited longest is dropped first."""

    def __init__(self, limit: int = MAX_PENDING) -> None:
        self._limit = limit
        self._real: OrderedDict[VisitorId, QueuedVisitor] = OrderedDict()
        self._simulated: OrderedDict[VisitorId, QueuedVisitor] = OrderedDict()

    def __len__(self) -> int:
        return len(self._real) + len(self._simulated)

    def add(self, visitor: VisitorId, cause: Cause) -> None:
        """Queue a visitor. One who is queued already moves to the front, with one more cause."""
        queued = self._real.pop(visitor, None) or self._simulated.pop(visitor, None) or QueuedVisitor(visitor, cause)
        queued.cause = cause
        queued.causes.append(cause.event_id)
        queued.viewed = cause.viewed or queued.viewed
        queued.basket_changed |= cause.basket_changed
        if len(queued.causes) > MAX_CAUSES:
            del queued.causes[0]
        (self._simulated if cause.simulated else self._real)[visitor] = queued
        if len(self) > self._limit:
            (self._simulated or self._real).popitem(last=False)

    def pop(self) -> QueuedVisitor:
        """Take the visitor to rank next. Raises KeyError if the queue is empty."""
        return (self._real or self._simulated).popitem()[1]

    def oldest_offsets(self) -> dict[int, int]:
        """Return, by partition, the offset of the oldest event for which somebody is still to be ranked."""
        oldest: dict[int, int] = {}
        for queued in (*self._real.values(), *self._simulated.values()):
            cause = queued.cause
            oldest[cause.partition] = min(cause.offset, oldest.get(cause.partition, cause.offset))
        return oldest

    def discard(self, visitor: VisitorId) -> None:
        """Remove a visitor."""
        self._real.pop(visitor, None)
        self._simulated.pop(visitor, None)
