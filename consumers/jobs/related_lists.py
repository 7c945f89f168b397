"""What belongs to the page that a visitor is on: what goes well with an open product, what is bought with the basket.

Made for the visitor after their own list has been sent, in the time that is left, and within a share of all time: they
cost as much as visitors' own lists, and must not delay those. While many are pending, pages show what is the same for
everybody.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from consumers.clock import Clock
from consumers.jobs.rank_queue import QueuedVisitor
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.serving_writer import ServingWriter
from online_models.hybrid import Hybrid
from online_models.schema.events import VisitorId
from online_models.schema.messages import RelatedChanged, RelatedSurface
from online_models.schema.recommendations import RankedItem, Ranking

MAX_PENDING = 100
SHARE = 0.15
"""Of all time: a list takes one or two ms, so at many clicks a second some visitors get none."""

SAVED_SECONDS = 0.050
"""This much unused time is saved for bursts."""

PART_OF_ID: dict[RelatedSurface, str] = {"goes_well_with": "with", "bought_together": "basket"}
"""What the ids of these lists add to the id of the visitor's own."""


@dataclass(slots=True)
class RelatedLists:
    """Visitors whose related lists are out of date, the newest first. Whoever waited longest is dropped first."""

    model: Hybrid
    cards: Cards
    writer: ServingWriter
    notifier: Notifier
    clock: Clock
    limit: int = MAX_PENDING
    _pending: OrderedDict[VisitorId, QueuedVisitor] = field(default_factory=OrderedDict)
    _left: float = SAVED_SECONDS
    _counted_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._counted_at = self.clock.elapsed()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_due(self) -> bool:
        """Whether a list is pending and may be made now."""
        return bool(self._pending) and self._time_left() > 0

    def _time_left(self) -> float:
        elapsed = self.clock.elapsed()
        self._left = min(self._left + SHARE * (elapsed - self._counted_at), SAVED_SECONDS)
        self._counted_at = elapsed
        return self._left

    def add(self, queued: QueuedVisitor) -> None:
        """Queue the lists that this visitor's events can have changed."""
        before = self._pending.pop(queued.visitor, None)
        if before is not None:
            queued.viewed = queued.viewed or before.viewed
            queued.basket_changed |= before.basket_changed
        if queued.viewed is None and not queued.basket_changed:
            return
        self._pending[queued.visitor] = queued
        if len(self._pending) > self.limit:
            self._pending.popitem(last=False)

    def discard(self, visitor: VisitorId) -> None:
        """Remove a visitor."""
        self._pending.pop(visitor, None)

    def run(self, until: float) -> None:
        """Make pending lists, up to a moment of the clock's `elapsed`."""
        while self.is_due and (started := self.clock.elapsed()) < until:
            visitor, queued = self._pending.popitem()
            now, viewed = self.clock.now(), queued.viewed
            if viewed is not None and (items := self.model.goes_well_with(viewed, visitor=visitor)):
                self._publish("goes_well_with", queued, now, items)
            if queued.basket_changed:
                # An empty list counts: the basket may have become empty.
                self._publish("bought_together", queued, now, self.model.bought_together(visitor, now))
            self._left -= self.clock.elapsed() - started

    def _publish(
        self, surface: RelatedSurface, queued: QueuedVisitor, now: float, items: tuple[RankedItem, ...]
    ) -> None:
        cause = queued.cause.event_id
        ranking = Ranking(
            ranking_id=self.cards.ranking_id(cause, PART_OF_ID[surface]),
            visitor=queued.visitor,
            ranked_at=now,
            items=items,
            causes=(cause,),
            item=queued.viewed if surface == "goes_well_with" else None,
        )
        self.writer.write_related(surface, ranking)
        cards = self.cards.of(items)
        message = RelatedChanged(surface=surface, ranking_id=ranking.ranking_id, items=cards, item=ranking.item)
        self.notifier.push_related(queued.visitor, message)
