"""What belongs to the page that a visitor is on: what goes well with an open product, what is bought with the basket.

Made for the visitor after their own list has been sent, in the time that is left, and within a share of all time: they
cost as much as visitors' own lists, and must not delay those. While many are pending, pages show what is the same for
everybody.
"""

from collections import OrderedDict
from dataclasses import dataclass

from consumers.clock import Clock
from consumers.jobs.rank_queue import QueuedVisitor
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.serving_writer import ServingWriter
from consumers.served_recommender import ServedRecommender
from online_models.schema.events import EventId, ItemId, VisitorId
from online_models.schema.messages import RelatedChanged
from online_models.schema.recommendations import Ranking

MAX_PENDING = 100
SHARE = 0.15
"""Of all time: a list takes one or two ms, so at many clicks a second some visitors get none."""

SAVED_SECONDS = 0.050
"""This much unused time is saved for bursts."""


@dataclass(slots=True)
class _Request:
    cause: EventId
    viewed: ItemId | None
    basket_moved: bool


class RelatedLists:
    """Visitors whose related lists are out of date, the newest first. Whoever waited longest is dropped first."""

    def __init__(
        self,
        model: ServedRecommender,
        cards: Cards,
        writer: ServingWriter,
        notifier: Notifier,
        clock: Clock,
        limit: int = MAX_PENDING,
    ) -> None:
        self._model = model
        self._cards = cards
        self._writer = writer
        self._notifier = notifier
        self._clock = clock
        self._limit = limit
        self._pending: OrderedDict[VisitorId, _Request] = OrderedDict()
        self._left = SAVED_SECONDS
        self._counted_at = clock.elapsed()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_due(self) -> bool:
        """Whether a list is pending and may be made now."""
        return bool(self._pending) and self._time_left() > 0

    def _time_left(self) -> float:
        elapsed = self._clock.elapsed()
        self._left = min(self._left + SHARE * (elapsed - self._counted_at), SAVED_SECONDS)
        self._counted_at = elapsed
        return self._left

    def add(self, queued: QueuedVisitor) -> None:
        """Queue the lists that this visitor's events can have changed."""
        before = self._pending.pop(queued.visitor, None)
        viewed = queued.viewed or (before.viewed if before else None)
        basket_moved = queued.basket_moved or (before is not None and before.basket_moved)
        if viewed is None and not basket_moved:
            return
        self._pending[queued.visitor] = _Request(queued.cause.event_id, viewed, basket_moved)
        if len(self._pending) > self._limit:
            self._pending.popitem(last=False)

    def discard(self, visitor: VisitorId) -> None:
        """Remove a visitor."""
        self._pending.pop(visitor, None)

    def run(self, until: float) -> None:
        """Make pending lists, up to a moment of the clock's `elapsed`."""
        while self.is_due and (started := self._clock.elapsed()) < until:
            visitor, request = self._pending.popitem()
            if request.viewed is not None:
                self._make_goes_well_with(visitor, request.viewed, request.cause)
            if request.basket_moved:
                self._make_bought_together(visitor, request.cause)
            self._left -= self._clock.elapsed() - started

    def _make_goes_well_with(self, visitor: VisitorId, item: ItemId, cause: EventId) -> None:
        now = self._clock.now()
        ranking = Ranking(
            ranking_id=self._cards.ranking_id(cause, "with"),
            visitor=visitor,
            ranked_at=now,
            items=self._model.goes_well_with(item, now, visitor=visitor),
            causes=(cause,),
            item=item,
        )
        if ranking.items:
            self._writer.write_goes_well_with_for(ranking)
            cards = self._cards.of(ranking.items)
            self._notifier.push_related(
                visitor,
                RelatedChanged(surface="goes_well_with", ranking_id=ranking.ranking_id, items=cards, item=item),
            )

    def _make_bought_together(self, visitor: VisitorId, cause: EventId) -> None:
        # An empty list counts: the basket may have become empty.
        now = self._clock.now()
        ranking = Ranking(
            ranking_id=self._cards.ranking_id(cause, "basket"),
            visitor=visitor,
            ranked_at=now,
            items=self._model.bought_together(visitor, now),
            causes=(cause,),
        )
        self._writer.write_bought_together(ranking)
        cards = self._cards.of(ranking.items)
        message = RelatedChanged(surface="bought_together", ranking_id=ranking.ranking_id, items=cards)
        self._notifier.push_related(visitor, message)
