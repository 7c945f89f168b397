"""Learns each event of the log once, and queues what follows from it. Ranks nothing and sends nothing."""

import logging
from collections.abc import Sequence

from consumers.clock import Clock
from consumers.jobs.jobs import Jobs
from consumers.jobs.rank_queue import FRESH_SECONDS, Cause
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.event_log import Offsets, Record
from consumers.learner.recent_events import RecentEvents
from consumers.quantiles import Quantiles
from consumers.redis.serving_writer import ServingWriter
from consumers.served_recommender import ServedRecommender
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    InvalidEvent,
    ItemPurchased,
    ItemViewed,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorIdentified,
    decode,
)
from online_models.update_result import UpdateResult

_log = logging.getLogger(__name__)

MEASURED_EVERY = 16
MOVE_THE_BASKET = (CartItemAdded, CartItemRemoved, ItemPurchased, TasteReset, VisitorIdentified)


class Learner:
    """Feeds the model. ``offsets`` are those of the next events to learn: a snapshot of the model belongs to them."""

    def __init__(
        self,
        model: ServedRecommender,
        recent: RecentEvents,
        jobs: Jobs,
        dead_letters: DeadLetters,
        writer: ServingWriter,
        clock: Clock,
    ) -> None:
        self._model = model
        self._recent = recent
        self._jobs = jobs
        self._dead_letters = dead_letters
        self._writer = writer
        self._clock = clock
        self.offsets: Offsets = {}
        self.learned = 0
        self.duplicates = 0
        self.learn_us = Quantiles()

    def learn(self, records: Sequence[Record], polled_at: float) -> None:
        """Learn a batch. What cannot be read, or makes the model fail, becomes a dead letter."""
        clock = self._clock
        for number, record in enumerate(records):
            if self.offsets.get(record.partition, record.offset) != record.offset:
                self._note_jump(record)
            event = self._read(record)
            if event is not None:
                started = clock.elapsed()
                change = self._learn_one(event, record)
                if number % MEASURED_EVERY == 0:
                    self.learn_us.add(polled_at, (clock.elapsed() - started) * 1e6)
                if change is not None:
                    self._note_change(change, event, record, polled_at)
            self.offsets[record.partition] = record.offset + 1

    def _read(self, record: Record) -> AnyEvent | None:
        try:
            event = decode(record.value)
        except InvalidEvent as error:
            self._dead_letters.publish(record, str(error))
            return None
        if not self._recent.add(event.event_id):
            self.duplicates += 1
            return None
        return event

    def _learn_one(self, event: AnyEvent, record: Record) -> UpdateResult | None:
        try:
            change = self._model.learn_one(event)
        except Exception as error:  # noqa: BLE001 - one event must not stop all the others, now and at every restart
            _log.exception("the model failed on partition %d offset %d", record.partition, record.offset)
            self._dead_letters.publish(record, f"the model failed: {error!r}")
            self._recent.take_back()
            return None
        self.learned += 1
        return change

    def _note_change(self, change: UpdateResult, event: AnyEvent, record: Record, polled_at: float) -> None:
        if change.items:
            self._jobs.dirty_items.add(change.items, self._clock.elapsed())
        if isinstance(event, VisitorForgotten | VisitorIdentified | TasteReset):
            self._forget(event)
        if change.visitor is not None and not isinstance(event, RankingShown):
            if isinstance(event, ReasonsRequested):
                self._jobs.explanations.request(change.visitor)
            since = event.received_at or event.occurred_at
            if since > polled_at - FRESH_SECONDS:
                cause = Cause(
                    event_id=event.event_id,
                    since=since,
                    partition=record.partition,
                    offset=record.offset,
                    appended_at=record.appended_at,
                    polled_at=polled_at,
                    learned_at=self._clock.now(),
                    received_at=event.received_at,
                    simulated=event.simulated,
                    viewed=event.item if isinstance(event, ItemViewed) else None,
                    basket_moved=isinstance(event, MOVE_THE_BASKET),
                )
                self._jobs.rank_queue.add(change.visitor, cause)

    def _forget(self, event: VisitorForgotten | VisitorIdentified | TasteReset) -> None:
        """Delete the visitor's lists, and discard those that are still to be made."""
        for queue in (self._jobs.rank_queue, self._jobs.related):
            queue.discard(event.visitor)
        if isinstance(event, VisitorForgotten):
            self._writer.forget(event.visitor)
        else:
            self._writer.forget_lists(event.visitor)
        if not isinstance(event, TasteReset):
            self._jobs.explanations.discard(event.visitor)

    def _note_jump(self, record: Record) -> None:
        expected = self.offsets[record.partition]
        if record.offset > expected:
            lost = record.offset - expected
            _log.warning("partition %d: %d events were deleted before they were learned", record.partition, lost)
        else:
            _log.warning("partition %d starts again at %d: the topic was recreated", record.partition, record.offset)
