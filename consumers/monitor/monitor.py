"""Watches the log beside the learner: how many events of which kind, how far behind, how long clicks take.

It reads from the end of the log, keeps nothing on disk, and says what it saw once a second. What does not answer is
left out of that second's figures.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from consumers.clock import Clock
from consumers.errors import LogUnavailable
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Record, place_of
from consumers.monitor.event_counts import EventCounts
from consumers.monitor.hit_rate_watch import HitRateWatch
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.status_reader import StatusReader
from online_models.schema.keyspace import EVENT_TOPICS
from online_models.schema.messages import LearnerStatus, OpsStats, PartitionLag

_log = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 1.0
BATCH = 10_000
LONGEST_WAIT = 0.2
PAUSE_WITHOUT_LOG = 0.5
PAUSE_AFTER_SILENCE = 10

_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Monitor:
    """Counts what passes in ``log``; ``dead_letters`` is the log of what could not be learned."""

    log: EventLog
    dead_letters: EventLog
    status: StatusReader
    writer: ServingWriter
    notifier: Notifier
    outbox: Outbox
    clock: Clock
    hit_rate: HitRateWatch = field(default_factory=HitRateWatch)
    _counts: EventCounts = field(default_factory=EventCounts)
    _reported: float = field(init=False)
    _at_end: bool = False
    _out_of_reach: bool = False
    _ask_at: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reported = self.clock.elapsed()

    def run(self, stop: threading.Event) -> None:
        """Watch until told to stop."""
        while not stop.is_set():
            self.step()
            if self._out_of_reach:
                stop.wait(PAUSE_WITHOUT_LOG)
        self.log.close()
        self.dead_letters.close()
        self.outbox.close()

    def step(self) -> None:
        """Count what has come, and report if the last report is a second old."""
        records = self._poll()
        if records:
            self._counts.count(records, self.clock.now())
        if self.clock.elapsed() >= self._reported + SECONDS_BETWEEN_REPORTS:
            self._report()

    def _poll(self) -> Sequence[Record]:
        left = self._reported + SECONDS_BETWEEN_REPORTS - self.clock.elapsed()
        try:
            if not self._at_end:
                self.log.seek(self.log.end_offsets())
                self._at_end = True
            records = self.log.poll(min(max(left, 0.0), LONGEST_WAIT), BATCH)
        except LogUnavailable as error:
            if not self._out_of_reach:
                _log.warning("the event log is out of reach, trying again: %s", error)
            self._out_of_reach = True
            return ()
        self._out_of_reach = False
        return records

    def _report(self) -> None:
        elapsed = self.clock.elapsed()
        since, self._reported = elapsed - self._reported, elapsed
        counts, simulated = self._counts.take_counts()
        unknown: dict[int, PartitionLag] = {}
        now, lag = self.clock.now(), self._ask(self._read_lag, unknown)
        learners = self._read_statuses(now, {number: partition.end for number, partition in lag.items()})
        stats = OpsStats(
            at=now,
            events_per_second={kind: round(count / since, 2) for kind, count in counts.items()},
            simulated_per_second=round(simulated / since, 2),
            totals=dict(self._counts.totals),
            lag=tuple(lag.values()),
            total_lag=sum(partition.lag for partition in lag.values()),
            dead_letters=self._ask(self._count_dead_letters, 0),
            click_to_drawn_ms=self._counts.drawn_ms.percentiles(now),
            received_to_monitor_ms=self._counts.on_the_way_ms.percentiles(now),
            learner=learners[0] if learners else None,
            learners=_without_quality(learners) if len(learners) > 1 else (),
            storefronts=self.status.count_storefronts(),
        )
        self.writer.write_ops_stats(stats)
        self.notifier.push_ops_stats(stats)
        self.outbox.flush()

    def _read_statuses(self, now: float, ends: Mapping[int, int]) -> list[LearnerStatus]:
        """Return the learners' statuses, the leading one first, with how far each is behind."""
        statuses = [msgspec.structs.replace(status, lag=_lag_of(status, ends)) for status in self.status.read()]
        if statuses and statuses[0].quality is not None:
            # All rankers learn the same: one is watched for all.
            quality = self.hit_rate.watch(statuses[0].quality, now)
            statuses[0] = msgspec.structs.replace(statuses[0], quality=quality)
        return statuses

    def _read_lag(self) -> dict[int, PartitionLag]:
        ends, committed = self.log.end_offsets(), self.log.committed()
        return {number: _lag_in(number, end, committed.get(number, 0)) for number, end in sorted(ends.items())}

    def _count_dead_letters(self) -> int:
        ends, beginnings = self.dead_letters.end_offsets(), self.dead_letters.beginning_offsets()
        return sum(ends.values()) - sum(beginnings.values())

    def _ask(self, question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        if self.clock.elapsed() < self._ask_at.get(question.__name__, 0.0):
            return otherwise
        try:
            return question()
        except LogUnavailable as error:
            # Each question waits for its answer: with the log down the other figures would come late.
            self._ask_at[question.__name__] = self.clock.elapsed() + PAUSE_AFTER_SILENCE
            _log.warning("a figure is left out for %d s: %s", PAUSE_AFTER_SILENCE, error)
            return otherwise


def _lag_in(number: int, end: int, committed: int) -> PartitionLag:
    topic, partition = place_of(number)
    lag, name = max(0, end - committed), EVENT_TOPICS[topic].name
    return PartitionLag(partition=partition, end=end, committed=committed, lag=lag, topic=name)


def _lag_of(status: LearnerStatus, ends: Mapping[int, int]) -> int | None:
    if not ends:
        return None
    return sum(max(0, end - status.positions.get(str(partition), 0)) for partition, end in ends.items())


def _without_quality(statuses: Sequence[LearnerStatus]) -> tuple[LearnerStatus, ...]:
    return tuple(msgspec.structs.replace(status, quality=None) for status in statuses)
