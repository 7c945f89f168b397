"""Learns each event of the log once, and queues what follows from it. Ranks nothing and sends nothing."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from consumers.clock import Clock
from consumers.jobs.rank_queue import FRESH_SECONDS, Cause
from consumers.jobs.ranker import Jobs
from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.record import CATALOG_PARTITION, Offsets, Place, Record
from consumers.learner.ranker_exchange import RankerExchange
from consumers.learner.recent_events import RecentEvents
from consumers.learner.weights_uptake import WeightsUptake
from consumers.members.membership import Membership
from consumers.members.slots import LEADING_SLOT, slot_of
from consumers.members.standby_work import StandbyWork
from consumers.quantiles import Quantiles
from consumers.redis.serving_writer import ServingWriter
from online_models.hybrid import Hybrid
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
)
from online_models.schema.product import InvalidProduct, decode_product
from online_models.schema.records.event_record import read_event
from online_models.update_result import UpdateResult

_log = logging.getLogger(__name__)

MEASURED_EVERY = 16
SKIPPED_KEPT = 1_000
MOVE_THE_BASKET = (CartItemAdded, CartItemRemoved, ItemPurchased, TasteReset, VisitorIdentified)
CLEAR_LISTS = (VisitorForgotten, VisitorIdentified, TasteReset)


@dataclass(slots=True)
class Learner:
    """Feeds the model.

    Attributes
    ----------
    offsets
        Those of the next events to learn: a snapshot of the model belongs to them.
    again
        Those of the next events that were learned before a restart, and are read again: for whoever did them may not
        have got a list.
    skipped
        Partition and offset of the last records that were a producer's retries.
    failed
        Those at which the model failed.
    has_erased
        Whether somebody was erased: older snapshots hold them still. Whoever sees to that says so here.
    weights
        What takes up new weights of the neural session model; None where nobody trains it.
    """

    model: Hybrid
    recent: RecentEvents
    jobs: Jobs
    dead_letters: DeadLetters
    writer: ServingWriter
    clock: Clock
    members: Membership
    exchange: RankerExchange
    standby: StandbyWork = field(default_factory=StandbyWork)
    offsets: Offsets = field(default_factory=dict)
    again: Offsets = field(default_factory=dict)
    skipped: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=SKIPPED_KEPT))
    failed: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=SKIPPED_KEPT))
    learned: int = 0
    duplicates: int = 0
    expired: int = 0
    has_erased: bool = False
    weights: WeightsUptake | None = None
    learn_us: Quantiles = field(default_factory=Quantiles)

    def learn(self, records: Sequence[Record], polled_at: float) -> None:
        """Learn a batch. An event that cannot be read, or makes the model fail, becomes a dead letter.

        Of an item of the catalog, all that is learned is which index it has from here on.
        """
        clock, offsets, again = self.clock, self.offsets, self.again
        is_shared, weights = self.exchange.log is not None, self.weights
        for number, record in enumerate(records):
            partition, offset = record.partition, record.offset
            if partition >= CATALOG_PARTITION:
                self._number(record)
                offsets[partition] = offset + 1
                continue
            if again and partition in again and self._queue_again(record, polled_at):
                continue
            if offsets.get(partition, offset) != offset:
                self._note_jump(record)
            if is_shared or (weights is not None and weights.is_waiting):
                self.follow(offsets)
            event = self._read(record)
            if event is not None:
                is_measured = number % MEASURED_EVERY == 0
                started = clock.elapsed() if is_measured else 0.0
                change = self._learn_one(event, record)
                if is_measured:
                    self.learn_us.add(polled_at, (clock.elapsed() - started) * 1e6)
                if change is not None:
                    self._note_change(change, event, record, polled_at)
            offsets[partition] = offset + 1

    def follow(self, offsets: Offsets) -> None:
        """Take over what other processes have worked out, as far as it belongs before the events at these offsets."""
        if self.exchange.log is not None:
            self.exchange.run(offsets)
        if self.weights is not None and self.weights.is_waiting:
            self.weights.run(offsets)

    def count_expired(self, partition: int, count: int) -> None:
        """Count events that Kafka does not have any more."""
        self.expired += count
        _log.warning("partition %d: %d events expired before they were learned", partition, count)

    def _number(self, record: Record) -> None:
        """Give an item its index. What cannot be read is no product for anybody: who applies the catalog says so."""
        if record.value is None:
            return
        with suppress(InvalidProduct):
            product = decode_product(record.value)
            if product.item.encode() == record.key:
                self.model.number(product.item)

    def _queue_again(self, record: Record, polled_at: float) -> bool:
        """Queue what follows from an event that was learned before the restart. Returns False for one that was not."""
        partition, learned = record.partition, self.offsets[record.partition]
        expected = self.again.pop(partition)
        if not expected <= record.offset < learned:
            return False  # all of them were read, or the topic was made again
        if record.offset + 1 < learned:
            self.again[partition] = record.offset + 1
        place = (record.partition, record.offset)
        if place in self.skipped:
            return True
        try:
            event = read_event(record.value, record.headers)
        except InvalidEvent as error:
            self._park_again(record, str(error))
            return True
        if place in self.failed:
            self._park_again(record, "the model failed, before a restart")
            return True
        for visitor in self.model.visitors_of(event) or (None,):
            self._note_change(UpdateResult(visitor), event, record, polled_at)
        return True

    def _park_again(self, record: Record, reason: str) -> None:
        """Park what another learner may not have parked. A learner alone parks everything before its snapshots."""
        if self.members.is_shared:
            self._park(record, reason)

    def _park(self, record: Record, reason: str) -> None:
        self._do(LEADING_SLOT, record, partial(self.dead_letters.publish, record, reason))

    def _read(self, record: Record) -> AnyEvent | None:
        try:
            event = read_event(record.value, record.headers)
        except InvalidEvent as error:
            self._park(record, str(error))
            return None
        if not self.recent.add(event.event_id):
            self.duplicates += 1
            self.skipped.append((record.partition, record.offset))
            return None
        return event

    def _learn_one(self, event: AnyEvent, record: Record) -> UpdateResult | None:
        try:
            change = self.model.learn_one(event)
        except Exception as error:  # noqa: BLE001 - one event must not stop all the others, now and at every restart
            _log.exception("the model failed on partition %d offset %d", record.partition, record.offset)
            self._park(record, f"the model failed: {error!r}")
            self.recent.take_back()
            self.failed.append((record.partition, record.offset))
            return None
        self.learned += 1
        return change

    def _note_change(self, change: UpdateResult, event: AnyEvent, record: Record, polled_at: float) -> None:
        if change.items:
            self.jobs.dirty_items.add(change.items, self.clock.elapsed())
        if change.ranker_update is not None:
            self.exchange.publish(record, change.ranker_update)
        if isinstance(event, CLEAR_LISTS):
            self.has_erased |= isinstance(event, VisitorForgotten)
            self._discard(event)
            self._do(slot_of(event.visitor), record, partial(self._forget, event, (record.partition, record.offset)))
            if not self.members.owns(event.visitor):
                self.writer.discard(event.visitor)
        if change.visitor is not None and not isinstance(event, RankingShown):
            if isinstance(event, ReasonsRequested):
                self.jobs.explanations.request(change.visitor)
            since = event.received_at or event.occurred_at
            if since > polled_at - FRESH_SECONDS:
                cause = Cause(
                    event_id=event.event_id,
                    since=since,
                    partition=record.partition,
                    offset=record.offset,
                    appended_at=record.appended_at,
                    polled_at=polled_at,
                    learned_at=self.clock.now(),
                    received_at=event.received_at,
                    simulated=event.simulated,
                    viewed=event.item if isinstance(event, ItemViewed) else None,
                    basket_changed=isinstance(event, MOVE_THE_BASKET),
                )
                self._do(slot_of(change.visitor), record, partial(self.jobs.rank_queue.add, change.visitor, cause))
                if not self.members.owns(change.visitor):
                    self.writer.discard(change.visitor)

    def take_over(self) -> None:
        """Do what other learners may have left undone whose slots are this one's now."""
        for takeover in self.members.take_over():
            if takeover.answered:
                done = self.standby.run(takeover.answered)
                slots = len(takeover.answered)
                _log.info("took over %d slots, with %d events that may not have been answered", slots, done)

    def _do(self, slot: int, record: Record, work: Callable[[], None]) -> None:
        """Do what only the owner of a slot does. With several learners, keep it in mind, too."""
        if slot in self.members.assignment.owned:
            work()
        if self.members.is_shared:
            self.standby.add(slot, record, work)

    def _forget(self, event: VisitorForgotten | VisitorIdentified | TasteReset, place: Place) -> None:
        """Delete the visitor's lists, and discard those that are still to be made."""
        self._discard(event)
        forget = self.writer.forget if isinstance(event, VisitorForgotten) else self.writer.forget_lists
        forget(event.visitor, place)

    def _discard(self, event: VisitorForgotten | VisitorIdentified | TasteReset) -> None:
        for kept in (self.jobs.rank_queue, self.jobs.related, self.jobs.window):
            kept.discard(event.visitor)
        if not isinstance(event, TasteReset):
            self.jobs.explanations.discard(event.visitor)

    def _note_jump(self, record: Record) -> None:
        expected = self.offsets[record.partition]
        if record.offset > expected:
            self.count_expired(record.partition, record.offset - expected)
        else:
            _log.warning("partition %d starts again at %d: the topic was recreated", record.partition, record.offset)
            self.exchange.forget_partition(record.partition)
