"""Ranks queued visitors within a budget of time. Each new list is written and pushed in one round trip.

What belongs to the page they are on comes after it, in what is left of the budget.
"""

from consumers.clock import Clock
from consumers.jobs.jobs import Jobs
from consumers.jobs.rank_queue import FRESH_SECONDS, QueuedVisitor
from consumers.quantiles import Quantiles
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from consumers.served_recommender import ServedRecommender
from online_models.schema.messages import RankingChanged
from online_models.schema.recommendations import Journey, RankedItem, Ranking

BUDGET_SECONDS = 0.010
# The first of several lists does not wait for the last, and not every one pays for a round trip of its own.
SENT_AFTER_SECONDS = 0.002


class Ranker:
    """Ranks the most urgent visitors first. Those who do not fit into the budget stay in the queue."""

    def __init__(
        self,
        model: ServedRecommender,
        jobs: Jobs,
        cards: Cards,
        writer: ServingWriter,
        notifier: Notifier,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._model = model
        self._jobs = jobs
        self._queue = jobs.rank_queue
        self._cards = cards
        self._writer = writer
        self._notifier = notifier
        self._outbox = outbox
        self._clock = clock
        self.ranked = 0
        self.pushed = 0
        self.rank_us = Quantiles()

    @property
    def pending(self) -> int:
        """How many visitors are to be ranked."""
        return len(self._queue)

    @property
    def is_busy(self) -> bool:
        """Whether any visitor's list is to be made, and may be made now."""
        return bool(self._queue) or self._jobs.related.is_due or bool(self._jobs.explanations)

    def run(self, budget: float = BUDGET_SECONDS) -> None:
        """Rank queued visitors for ``budget`` seconds at most, and send their lists."""
        if not self.is_busy:
            return
        end = self._clock.elapsed() + budget
        self._rank_until(end)
        self._outbox.send()
        if not self._queue:
            self._jobs.related.run(end)
            self._jobs.explanations.run(end)
            self._outbox.send()

    def _rank_until(self, end: float) -> None:
        clock = self._clock
        sent = clock.elapsed()
        while self._queue and (moment := clock.elapsed()) < end:
            if moment >= sent + SENT_AFTER_SECONDS:
                self._outbox.send()
                sent = clock.elapsed()
            queued = self._queue.pop()
            now = clock.now()
            if queued.cause.since > now - FRESH_SECONDS:
                self._rank_one(queued, now)
                self._jobs.related.add(queued)

    def _rank_one(self, queued: QueuedVisitor, now: float) -> None:
        started = self._clock.elapsed()
        items = self._model.rank(queued.visitor, now)
        self.rank_us.add(now, (self._clock.elapsed() - started) * 1e6)
        self.ranked += 1
        self._write_and_push(queued, items, self._clock.now())

    def _write_and_push(self, queued: QueuedVisitor, items: tuple[RankedItem, ...], ranked_at: float) -> None:
        cause, causes = queued.cause, tuple(queued.causes)
        ranking_id = self._cards.ranking_id(cause.event_id)
        cards = self._cards.of(items)
        self._writer.write_ranking(
            Ranking(ranking_id=ranking_id, visitor=queued.visitor, ranked_at=ranked_at, items=items, causes=causes)
        )
        journey = Journey(
            event_id=cause.event_id,
            partition=cause.partition,
            offset=cause.offset,
            appended_at=cause.appended_at,
            polled_at=cause.polled_at,
            learned_at=cause.learned_at,
            ranked_at=ranked_at,
            pushed_at=self._clock.now(),
            received_at=cause.received_at,
        )
        message = RankingChanged(ranking_id=ranking_id, items=cards, causes=causes, journey=journey)
        self._notifier.push_ranking(queued.visitor, message)
        self._jobs.explanations.add(queued.visitor, ranking_id)
        self.pushed += 1
