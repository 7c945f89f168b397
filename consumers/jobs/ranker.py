"""Ranks the visitors who moved, within a budget of time, and sends each the new list: written and pushed together.

What belongs to the page they are on comes after it, in what is left of the budget.
"""

from consumers.clock import Clock
from consumers.jobs.explanations import Explanations
from consumers.jobs.rank_queue import Moved, MovedVisitors
from consumers.jobs.related_lists import RelatedLists
from consumers.learner.learner import FRESH_SECONDS
from consumers.learner.model import Model
from consumers.quantiles import Quantiles
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from online_models.schema.messages import RankingChanged
from online_models.schema.recommendations import Journey, RankedItem, Ranking

BUDGET_SECONDS = 0.010
# The first of several lists does not wait for the last, and not every one pays for a round trip of its own.
SENT_AFTER_SECONDS = 0.002


class Ranker:
    """Takes from the waiting visitors, the most urgent first; who does not fit into the budget goes on waiting."""

    def __init__(
        self,
        model: Model,
        moved: MovedVisitors,
        related: RelatedLists,
        explanations: Explanations,
        cards: Cards,
        writer: ServingWriter,
        notifier: Notifier,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._model = model
        self._moved = moved
        self._related = related
        self._explanations = explanations
        self._cards = cards
        self._writer = writer
        self._notifier = notifier
        self._outbox = outbox
        self._clock = clock
        self.ranked = 0
        self.pushed = 0
        self.rank_us = Quantiles()

    @property
    def waiting(self) -> int:
        """How many visitors wait to be ranked."""
        return len(self._moved)

    @property
    def is_busy(self) -> bool:
        """Whether any list waits to be made, and may be made now."""
        return bool(self._moved) or self._related.is_due or bool(self._explanations)

    def rank(self, budget: float = BUDGET_SECONDS) -> None:
        """Rank waiting visitors for ``budget`` seconds at most, and send their lists."""
        if not self.is_busy:
            return
        end = self._clock.elapsed() + budget
        self._rank_until(end)
        self._outbox.send()
        if not self._moved:
            self._related.make(end)
            self._explanations.make(end)
            self._outbox.send()

    def _rank_until(self, end: float) -> None:
        clock = self._clock
        sent = clock.elapsed()
        while self._moved and (moment := clock.elapsed()) < end:
            if moment >= sent + SENT_AFTER_SECONDS:
                self._outbox.send()
                sent = clock.elapsed()
            moved = self._moved.pop()
            now = clock.now()
            if moved.cause.since > now - FRESH_SECONDS:
                self._rank_one(moved, now)
                self._related.add(moved)

    def _rank_one(self, moved: Moved, now: float) -> None:
        started = self._clock.elapsed()
        items = self._model.rank(moved.visitor, now)
        self.rank_us.add(now, (self._clock.elapsed() - started) * 1e6)
        self.ranked += 1
        self._send(moved, items, self._clock.now())

    def _send(self, moved: Moved, items: tuple[RankedItem, ...], ranked_at: float) -> None:
        cause, causes = moved.cause, tuple(moved.causes)
        ranking_id = self._cards.ranking_id(cause.event_id)
        cards = self._cards.of(items)
        self._writer.write_ranking(
            Ranking(ranking_id=ranking_id, visitor=moved.visitor, ranked_at=ranked_at, items=items, causes=causes)
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
        self._notifier.ranking_changed(moved.visitor, message)
        self._explanations.add(moved.visitor, ranking_id)
        self.pushed += 1
