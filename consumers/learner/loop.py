"""The learner's loop: poll, learn, rank, write and push, save, commit.

Models and offsets are saved together, by the checkpoint alone. What is committed to Kafka only shows the lag.
"""

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from consumers.errors import LogUnavailable
from consumers.jobs.ranker import Ranker
from consumers.jobs.rewriting import Rewriting
from consumers.jobs.shared_lists import SharedLists
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import CATALOG_PARTITION, Offsets, Record, place_of
from consumers.learner.checkpoint import Checkpoint
from consumers.learner.gc_tuning import GcTuning
from consumers.learner.learner import Learner
from consumers.learner.ranker_exchange import RankerExchange
from consumers.members.membership import Membership
from consumers.redis.cards import Cards
from consumers.redis.catalog_reader import CatalogWatcher
from consumers.redis.fences import Fences
from consumers.redis.outbox import Outbox
from consumers.requests.request_loop import RequestLoop
from consumers.requests.turns import Turns

_log = logging.getLogger(__name__)

IDLE_TIMEOUT = 0.1
SMALL_BATCH, LARGE_BATCH = 256, 4_096
SECONDS_BETWEEN_COMMITS = 0.5
SECONDS_BETWEEN_ANSWERED = 0.2
DEAD_LETTER_TIMEOUT = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 0.5
LAST_RANKING_SECONDS = 0.5
BEHIND_SECONDS = 10.0
"""A learner whose next event was appended this long ago leaves ranking to those that are further."""


@dataclass(slots=True)
class LearnerLoop:
    """What one step does, in order. All of it runs in one thread but the writing of snapshots, and ``requests``.

    While the loop waits for events, it is the others' ``turns`` to use the model.
    """

    log: EventLog
    learner: Learner
    ranker: Ranker
    shared_lists: SharedLists
    rewriting: Rewriting
    checkpoint: Checkpoint
    outbox: Outbox
    fences: Fences
    catalog: CatalogWatcher
    cards: Cards
    report: Callable[[], None]
    gc_tuning: GcTuning
    members: Membership
    exchange: RankerExchange
    turns: Turns = field(default_factory=Turns)
    requests: RequestLoop | None = None
    has_backlog: bool = False
    """Whether the last step found as much to learn as it takes at once."""
    _is_behind: bool = True
    _ends: Offsets = field(default_factory=dict)
    _ready: bool = False
    _batch: int = SMALL_BATCH
    _listed: Offsets = field(default_factory=dict)
    _committed: Offsets | None = None
    _commit_at: float = 0.0
    _answered_at: float = float("-inf")
    _pause: float = 0.0
    _completed_at: int | None = None

    def run(self, stop: threading.Event) -> None:
        """Restore, then step until told to stop, then finish."""
        self.start()
        self.catalog.start()
        self.rewriting.store.start()
        self.gc_tuning.freeze()
        self.members.start()
        self.turns.take()
        if self.requests is not None:
            self.requests.start(lambda: self.can_answer)
        while not stop.is_set():
            self.step()
            if self._pause:
                self.turns.give()
                stop.wait(self._pause)
                self.turns.take()
        self.turns.give()
        if self.requests is not None:
            self.requests.close()
        self.finish()

    @property
    def can_answer(self) -> bool:
        """Whether the models are good for lists that are asked for: of several learners, those that are not behind."""
        return self._ready and not (self.members.is_shared and self._is_behind)

    def start(self) -> None:
        """Take the catalog if there is one, and restore the newest snapshot."""
        self.catalog.check()
        self.rewriting.store.check()
        self._take_catalog()
        restored = self.checkpoint.restore()
        self.learner.offsets, self._listed = restored.offsets, restored.listed
        self.learner.skipped.extend(restored.skipped)
        self.learner.failed.extend(restored.failed)
        self._take_catalog()
        self.rewriting.run()

    def step(self) -> None:
        """Poll once and do all that follows from it."""
        self._take_catalog()
        records = self._poll()
        self.has_backlog = len(records) >= SMALL_BATCH
        if self.learner.weights is not None and self._ready:
            self.learner.weights.poll()
        self._use_fences()
        if records:
            self.learner.learn(records, self.learner.clock.now())
            self._use_fences()
        self.learner.follow(self.learner.offsets)
        self.learner.take_over()
        dead_letters = self.learner.dead_letters
        lists = (self.ranker.run, self.rewriting.run, lambda: self._run_shared_lists(records))
        for work in (*lists, self.report, dead_letters.run):
            _attempt(work)
        self._note_step(records)
        self.outbox.send()
        if self.learner.has_erased:
            self.learner.has_erased = False
            self.checkpoint.replace_all()
        if self.checkpoint.is_due(self.learner.offsets, self.learner.learned):
            self._save()
        self._commit()
        if not records:
            self.outbox.flush()
            self.gc_tuning.collect()

    def finish(self) -> None:
        """Rank who is still queued, send it, save a last snapshot and commit."""
        self.members.stop()
        _attempt(lambda: self.ranker.run(LAST_RANKING_SECONDS))
        self.outbox.flush()
        self.checkpoint.wait()
        if self._ready:
            self._save()
            self.checkpoint.wait()
            self._commit(at_once=True)
        self.catalog.close()
        self.rewriting.store.close()
        self.learner.dead_letters.close()
        self.exchange.close()
        if self.learner.weights is not None:
            self.learner.weights.close()
        self.log.close()
        self.outbox.close()
        _log.info("stopped after %d events, at offsets %s", self.learner.learned, self.learner.offsets)

    def _use_fences(self) -> None:
        """Have Redis compare with what was read by now, where another learner may write the same visitor's lists."""
        if self.members.is_shared:
            self.fences.use(self.checkpoint.topic_ids, self.learner.offsets)

    def _poll(self) -> Sequence[Record]:
        is_busy = self.ranker.is_busy or self.rewriting.is_busy or self.shared_lists.is_due
        timeout = 0.0 if is_busy else IDLE_TIMEOUT
        try:
            if not self._ready:
                self._seek()
            records = self._read_log(timeout)
        except LogUnavailable as error:
            if not self._pause:
                _log.warning("cannot reach the event log, retrying: %s", error)
            self._pause = min(max(2 * self._pause, FIRST_PAUSE), LONGEST_PAUSE)
            return ()
        self._pause = 0.0
        self._follow_topics()
        self._batch = min(2 * self._batch, LARGE_BATCH) if len(records) == self._batch else SMALL_BATCH
        return records

    def _read_log(self, timeout: float) -> Sequence[Record]:
        self.turns.give()
        try:
            return self.log.poll(timeout, self._batch)
        finally:
            self.turns.take()

    def _seek(self) -> None:
        beginnings, ends = self.log.beginning_offsets(), self.log.end_offsets()
        self._follow_topics()
        wanted = self.learner.offsets
        offsets = {p: wanted.get(p, beginning) for p, beginning in beginnings.items()}
        for partition, offset in offsets.items():
            beginning, end = beginnings[partition], ends[partition]
            if offset < beginning:
                self.learner.count_expired(partition, beginning - offset)
            elif offset > end:
                _log.warning(
                    "partition %d ends at %d, before the snapshot's %d: the topic was recreated; learning it from %d",
                    *(partition, end, offset, beginning),
                )
            if not beginning <= offset <= end:
                offsets[partition] = beginning
            if offset > end:
                self.exchange.forget_partition(partition)
        # Learned before, but whoever did it may still have waited for a list.
        again = {p: max(self._listed.get(p, offset), beginnings[p]) for p, offset in offsets.items()}
        again = {p: listed for p, listed in again.items() if listed < offsets[p] and p < CATALOG_PARTITION}
        self._listed = {**offsets, **again}
        self.log.seek(self._listed, until=ends)
        self._ends = ends
        self.learner.offsets, self.learner.again = offsets, again
        self._ready = True
        _log.info("learning from offsets %s, lag %d", offsets, sum(ends[p] - o for p, o in offsets.items()))

    def _follow_topics(self) -> None:
        """Drop offsets that belong to a topic that was deleted: what took its place is learned from its beginning."""
        found = self.log.topic_ids
        if found == self.checkpoint.topic_ids:
            return
        known = (*self.checkpoint.topic_ids, *("",) * len(found))[: len(found)]
        for topic, (topic_id, before) in enumerate(zip(found, known, strict=True)):
            if topic_id and before and topic_id != before:
                self._forget_topic(topic)
        self.checkpoint.topic_ids = tuple(one or before for one, before in zip(found, known, strict=True))

    def _forget_topic(self, topic: int) -> None:
        learner = self.learner
        gone = [partition for partition in learner.offsets if place_of(partition)[0] == topic]
        offsets = {partition: learner.offsets[partition] for partition in gone}
        _log.warning("the topic was recreated: learning it from its beginning, not from %s", offsets)
        for partition in gone:
            self.exchange.forget_partition(partition)
            for known in (learner.offsets, learner.again, self._listed):
                known.pop(partition, None)
        for places in (learner.skipped, learner.failed):
            kept = [place for place in places if place_of(place[0])[0] != topic]
            places.clear()
            places.extend(kept)

    def _run_shared_lists(self, records: Sequence[Record]) -> None:
        if self.members.leads:
            self.shared_lists.run(len(records) >= SMALL_BATCH)
        else:
            self.shared_lists.stand_by()

    def _note_step(self, records: Sequence[Record]) -> None:
        """Tell the other learners, if there are any, whether this one can rank."""
        if not self.members.is_shared:
            return
        is_full = len(records) >= SMALL_BATCH
        if self._is_behind and self._ready and not is_full:
            learned = self.learner.offsets
            is_through = all(learned.get(partition, 0) >= end for partition, end in self._ends.items())
            self._is_behind = not (is_through and self.exchange.is_caught_up)
            self.exchange.is_behind = not is_through
        elif is_full and records[0].appended_at < self.learner.clock.now() - BEHIND_SECONDS:
            self._is_behind = self.exchange.is_behind = True
        self.members.note_step(is_ready=not self._is_behind, answered=self._read_answered())

    def _read_answered(self) -> Offsets | None:
        """Return the offsets up to which this learner's share is done, now and then, and as far as Redis answers."""
        learner, elapsed = self.learner, self.learner.clock.elapsed()
        if elapsed < self._answered_at + SECONDS_BETWEEN_ANSWERED or learner.dead_letters.is_waiting:
            return None
        self._answered_at = elapsed
        if not self._ready or not self.outbox.flush():
            return None
        learner.standby.discard_answered(self.members.answered_by)
        return self._before(self.ranker.jobs.rank_queue.oldest_offsets(), learner.again)

    def _before(self, *waiting: Offsets) -> Offsets:
        """Return the offsets before all that waits."""
        return {
            partition: min(offset, *(offsets.get(partition, offset) for offsets in waiting))
            for partition, offset in self.learner.offsets.items()
        }

    def _save(self) -> None:
        # A snapshot counts records as read: those that could not be learned must be parked for good.
        if self.learner.dead_letters.flush(DEAD_LETTER_TIMEOUT):
            learner, listed = self.learner, self._read_listed()
            skipped, failed = (
                [place for place in places if place[1] >= listed.get(place[0], 0)]
                for places in (learner.skipped, learner.failed)
            )
            self.checkpoint.save(learner.offsets, learner.learned, listed, skipped, failed)

    def _read_listed(self) -> Offsets:
        """Return the offsets up to which everybody has their list, as far as Redis answers."""
        if self._ready and self.outbox.flush():
            others = self.learner.standby.oldest_offsets(self.members.answered_by)
            self._listed = self._before(self.ranker.jobs.rank_queue.oldest_offsets(), self.learner.again, others)
        # Of a partition that was added since, nobody is known to have a list.
        return {**dict.fromkeys(self.learner.offsets, 0), **self._listed}

    def _commit(self, at_once: bool = False) -> None:
        offsets, elapsed = self.learner.offsets, self.learner.clock.elapsed()
        if not self._ready or (not at_once and (elapsed < self._commit_at or offsets == self._committed)):
            return
        if not (at_once or self.members.leads):
            return
        self._commit_at = elapsed + SECONDS_BETWEEN_COMMITS
        try:
            self.log.commit(offsets, timeout=1.0 if at_once else 0.0)
        except LogUnavailable as error:
            _log.info("commit failed, the next one makes up for it: %s", error)
        else:
            self._committed = dict(offsets)

    def _take_catalog(self) -> None:
        catalog = self.catalog.take()
        if catalog is not None:
            self.learner.model.use_catalog(catalog.products.values(), catalog.neighbors, catalog.added, catalog.gone)
            self.cards.use(catalog)
            self._completed_at = catalog.applied if catalog.added else None
            _log.info("recommending from catalog %s: %d products", catalog.version, len(catalog.products))
        reached = self._read_catalog()
        if self._completed_at is not None and reached >= self._completed_at:
            self.learner.model.complete_catalog()
            self._completed_at = None
        while (changed := self.catalog.take_changes(reached)) is not None:
            self.learner.model.change_catalog(changed.products.values(), changed.gone, changed.neighbors)
            self.cards.change(changed)
            _log.info("the catalog has changed: %d products, %d gone", len(changed.products), len(changed.gone))

    def _read_catalog(self) -> int:
        """Return up to which offset of the catalog's topic items have their indices, which follow from the log.

        Without the topic no log says which, and none needs to be waited for.
        """
        return self.learner.offsets.get(CATALOG_PARTITION, sys.maxsize) if self._ready else 0


def _attempt(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 - one list that cannot be made must not stop all others, now and at every restart
        _log.exception("a list could not be made or sent; going on with the next")
