"""Ranks queued visitors within a budget of time. Each new list is written and pushed in one round trip.

What belongs to the page they are on comes after it, in what is left of the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consumers.clock import Clock
from consumers.jobs.dirty_items import DirtyItems
from consumers.jobs.explanations import Explanations
from consumers.jobs.rank_queue import FRESH_SECONDS, QueuedVisitor, RankQueue
from consumers.jobs.related_lists import RelatedLists
from consumers.quantiles import Quantiles
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from online_models.evaluation.beyond_accuracy.list_window import ListWindow, Traits
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.messages import RankingChanged
from online_models.schema.recommendations import Journey, Ranking

BUDGET_SECONDS = 0.010
# The first of several lists does not wait for the last, and not every one pays for a round trip of its own.
SENT_AFTER_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Jobs:
    """The queues that learning fills: whom to rank, which lists to make or to explain; and the last lists made."""

    rank_queue: RankQueue
    related: RelatedLists
    explanations: Explanations
    dirty_items: DirtyItems
    window: ListWindow = field(default_factory=ListWindow)


@dataclass(slots=True)
class Ranker:
    """Ranks the most urgent visitors first. Those who do not fit into the budget stay in the queue."""

    model: Hybrid
    jobs: Jobs
    cards: Cards
    writer: ServingWriter
    notifier: Notifier
    outbox: Outbox
    clock: Clock
    ranked: int = 0
    pushed: int = 0
    rank_us: Quantiles = field(default_factory=Quantiles)

    @property
    def pending(self) -> int:
        """How many visitors are to be ranked."""
        return len(self.jobs.rank_queue)

    @property
    def is_busy(self) -> bool:
        """Whether any visitor's list is to be made, and may be made now."""
        return bool(self.jobs.rank_queue) or self.jobs.related.is_due or bool(self.jobs.explanations)

    def run(self, budget: float = BUDGET_SECONDS) -> None:
        """Rank queued visitors for ``budget`` seconds at most, and send their lists."""
        if not self.is_busy:
            return
        end = self.clock.elapsed() + budget
        self._rank_until(end)
        self.outbox.send()
        if not self.jobs.rank_queue:
            self.jobs.related.run(end)
            self.jobs.explanations.run(end)
            self.outbox.send()

    def _rank_until(self, end: float) -> None:
        clock, queue = self.clock, self.jobs.rank_queue
        sent = clock.elapsed()
        while queue and (moment := clock.elapsed()) < end:
            if moment >= sent + SENT_AFTER_SECONDS:
                self.outbox.send()
                sent = clock.elapsed()
            queued = queue.pop()
            now = clock.now()
            if queued.cause.since > now - FRESH_SECONDS:
                self._rank_one(queued, now)
                self.jobs.related.add(queued)

    def _rank_one(self, queued: QueuedVisitor, now: float) -> None:
        started = self.clock.elapsed()
        items = self.model.rank(queued.visitor, now)
        self.rank_us.add(now, (self.clock.elapsed() - started) * 1e6)
        self.ranked += 1
        visitor, cause, causes, ranked_at = queued.visitor, queued.cause, tuple(queued.causes), self.clock.now()
        ranking_id = self.cards.ranking_id(cause.event_id)
        cards = self.cards.of(items)
        self.writer.write_ranking(
            Ranking(ranking_id=ranking_id, visitor=visitor, ranked_at=ranked_at, items=items, causes=causes),
            (cause.partition, cause.offset),
        )
        journey = Journey(
            event_id=cause.event_id,
            partition=cause.partition,
            offset=cause.offset,
            appended_at=cause.appended_at,
            polled_at=cause.polled_at,
            learned_at=cause.learned_at,
            ranked_at=ranked_at,
            pushed_at=self.clock.now(),
            received_at=cause.received_at,
        )
        message = RankingChanged(ranking_id=ranking_id, items=cards, causes=causes, journey=journey)
        self.notifier.push_ranking(visitor, message)
        self.jobs.explanations.add(visitor, ranking_id)
        self._measure(visitor, [card.item for card in cards], now)
        self.pushed += 1

    def _measure(self, visitor: VisitorId, shown: Sequence[ItemId], now: float) -> None:
        chosen = self.model.recent_items(visitor, now)
        self.jobs.window.add(visitor, shown, self._traits(shown), self._traits(chosen))

    def _traits(self, items: Sequence[ItemId]) -> Traits:
        return Traits(self.cards.categories(items), self.model.popularity(items))
