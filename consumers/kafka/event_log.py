"""The event log in Kafka, in Kafka's own words. Every process reads all partitions: membership decides nothing here.

It may lie in several topics, whose partitions are numbered through (`consumers.kafka.record`).

Read by librdkafka, in threads of its own: a pure Python client takes 2 ms of the learner's time for each fetch. With
Kafka down `poll` returns nothing and the client reconnects by itself; what needs an answer raises `LogUnavailable`.
The connection is made by the first call, so that building one never blocks.
"""

import contextlib
import heapq
import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from connections.listening import LONGEST_BACKOFF_MS, is_listening
from consumers.errors import LogUnavailable
from consumers.kafka.append_order import AppendOrder
from consumers.kafka.record import Offsets, Record, number_of, place_of
from consumers.kafka.topic_watcher import TopicState, TopicWatcher

_log = logging.getLogger(__name__)

ANSWER_TIMEOUT = 2.0
COMMIT_LOOK_SECONDS = 0.02
# Records of one poll are put in the order of appending across partitions. A small share per partition and fetch
# keeps the partitions of a long back-fill close together in time.
PARTITION_FETCH_BYTES = 256 * 1024
# How much is read ahead of the learner, per partition.
AHEAD_RECORDS, AHEAD_KBYTES = 4_096, 2_048

HELD_TIMEOUT = 0.01
"""While records are held for others that were appended before them, these are near."""

_by_appending = attrgetter("appended_at")


CRITICAL = 2
"""The level of syslog from which the library's own messages are logged."""

AT_ONCE = {"fetch.min.bytes": 1, "fetch.wait.max.ms": 500}
"""How long the broker may wait for more records before it answers a fetch."""

IN_BULK = {"fetch.min.bytes": 64 * 1024, "fetch.wait.max.ms": 100}


class EventLog:
    """All partitions of a topic, read by one process, which commits offsets for ``group`` without joining it.

    ``further`` topics are read with it, from when they are there. Every method but `close` raises `LogUnavailable` when
    the log does not answer; the next call tries again.
    """

    topic_ids: tuple[str, ...] = ("",)
    """Kafka's ids of the topics that are read; another one from when one was made again. Empty while not known."""

    def __init__(
        self,
        kafka: KafkaCluster,
        topic: str,
        group: str,
        client_id: str = "riverfront",
        fetching: Mapping[str, int] = AT_ONCE,
        further: Sequence[str] = (),
    ) -> None:
        self._kafka = kafka
        self._refusals = Refusals(kafka)
        self._topic = topic
        self._topics = (topic, *further)
        self.topic_ids = ("",) * len(self._topics)
        self._first_numbers = {name: number_of(index, 0) for index, name in enumerate(self._topics)}
        self._followed: list[TopicState | None] = [None] * len(self._topics)
        self._settings = {
            **kafka.librdkafka_options(),
            "client.id": client_id,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": False,
            **fetching,
            "max.partition.fetch.bytes": PARTITION_FETCH_BYTES,
            "queued.min.messages": AHEAD_RECORDS,
            "queued.max.messages.kbytes": AHEAD_KBYTES,
            # A full queue is looked at again after this; the default is a second.
            "fetch.queue.backoff.ms": 5,
            # A topic that was deleted and made again is found after this; the default is five minutes.
            "topic.metadata.refresh.interval.ms": 10_000,
            "reconnect.backoff.max.ms": LONGEST_BACKOFF_MS,
            # The loop says that the log is out of reach, once; the library would for each attempt to connect.
            "log_level": CRITICAL,
            "on_commit": self._note_commit,
            "error_cb": self._refusals,
        }
        self._consumer: Consumer | None = None
        self._next: Offsets = {}
        self._order = AppendOrder()
        self._is_reading = False
        self._commits_under_way = 0
        self._watcher: TopicWatcher | None = None

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        """Return the next records, in the order of appending, waiting up to ``timeout`` seconds for the first."""
        consumer = self._connect()
        if not self._is_reading:
            self.seek(self._next)
        self._follow_topics(consumer)
        by_partition = self._fetch(
            consumer, min(timeout, HELD_TIMEOUT) if self._order.is_holding else timeout, max_records
        )
        if self._order.is_active:
            return self._order.take(by_partition, max_records)
        if len(by_partition) <= 1:
            return next(iter(by_partition.values()), [])
        # A merge, not a sort: should the broker's clock step back, each partition keeps its order all the same. What
        # was appended in the same millisecond comes in the order of partitions, for all readers alike.
        return list(heapq.merge(*(by_partition[number] for number in sorted(by_partition)), key=_by_appending))

    def seek(self, offsets: Mapping[int, int], until: Mapping[int, int] | None = None) -> None:
        """Continue from these offsets. Partitions that are not named keep theirs; unknown ones are ignored.

        Up to ``until``, the ends of a backlog, records come in the order of appending across partitions, too.
        """
        consumer = self._connect()
        wanted = {partition: offsets.get(partition, offset) for partition, offset in self._next.items()}
        with _answers("read from"):
            consumer.assign(self._topic_partitions(wanted))
        self._next, self._is_reading = wanted, True
        self._order.start(wanted, until or {})

    def offsets(self) -> Offsets:
        """Return the offset of the next record, for every partition."""
        self._connect()
        return dict(self._next)

    def beginning_offsets(self) -> Offsets:
        """Return the offset of the oldest record that is still kept, for every partition."""
        return {partition: low for partition, (low, _) in self._bounds().items()}

    def end_offsets(self) -> Offsets:
        """Return the offset that the next appended record will get, for every partition."""
        return {partition: high for partition, (_, high) in self._bounds().items()}

    def commit(self, offsets: Mapping[int, int], timeout: float = 0.0) -> None:
        """Commit the group's offsets, which only show the lag, waiting up to ``timeout`` seconds for the answer.

        Without a ``timeout`` a failure is only logged; the next commit makes up for it.
        """
        consumer = self._connect()
        # A topic that was made again may have fewer partitions than were read of the one before.
        committing = self._topic_partitions({p: offset for p, offset in offsets.items() if p in self._next})
        with _answers("commit to"):
            self._commits_under_way += 1
            consumer.commit(offsets=committing, asynchronous=True)
            if timeout:
                self._wait_for_commits(consumer, timeout)

    def committed(self) -> Offsets:
        """Return the group's committed offsets, without partitions that have none."""
        consumer = self._connect()
        with _answers("read the commits of"):
            found = consumer.committed(self._topic_partitions(self._next), timeout=ANSWER_TIMEOUT)
        return {self._first_numbers[one.topic] + one.partition: one.offset for one in found if one.offset >= 0}

    def close(self) -> None:
        """Disconnect. A second call does nothing."""
        consumer, self._consumer, self._is_reading = self._consumer, None, False
        if self._watcher is not None:
            self._watcher.close()
        if consumer is not None:
            with contextlib.suppress(KafkaException):
                consumer.close()

    def _topic_partitions(self, offsets: Mapping[int, int]) -> list[TopicPartition]:
        return [
            TopicPartition(self._topics[topic], partition, offset)
            for (topic, partition), offset in ((place_of(number), offset) for number, offset in offsets.items())
        ]

    def _bounds(self) -> dict[int, tuple[int, int]]:
        """Return the oldest offset and the one after the newest, for every partition."""
        consumer = self._connect()
        with _answers("read the offsets of"):
            bounds = {
                number: consumer.get_watermark_offsets(place, ANSWER_TIMEOUT)
                for number, place in zip(self._next, self._topic_partitions(self._next), strict=True)
            }
        unknown = [partition for partition, pair in bounds.items() if pair is None]
        if unknown:
            raise LogUnavailable(f"Kafka did not return the offsets of partitions {unknown} of {self._topic} in time")
        return bounds

    def _connect(self) -> Consumer:
        if self._consumer is not None:
            return self._consumer
        if not is_listening(self._kafka.servers):
            raise LogUnavailable(f"cannot reach Kafka: nothing listens at {self._kafka.servers}")
        with _answers("reach"):
            consumer = Consumer(self._settings, logger=_log)
        self._consumer = consumer
        self._watcher = TopicWatcher(self._kafka, self._topics)
        self._watcher.start()
        try:
            # Not where the group's commit stands: that is not what the models learned. And nothing is read yet: while
            # the broker holds a read of nothing back, it answers no other request.
            self._next = dict.fromkeys(self._partitions(consumer), 0)
            self._next = self.beginning_offsets()
            self._watcher.wait_for_states(ANSWER_TIMEOUT)
            states = [self._watcher.state(topic) for topic in self._topics]
            self.topic_ids = tuple(state.topic_id if state else "" for state in states)
        except LogUnavailable as error:
            # Nothing is assigned yet: all that this brings is why brokers refuse the client.
            consumer.poll(0)
            self.close()
            raise LogUnavailable(self._refusals.take() or str(error)) from error
        except BaseException:
            self.close()
            raise
        _log.info("reading %d partitions of %s from %s", len(self._next), self._topic, self._kafka.servers)
        return consumer

    def _fetch(self, consumer: Consumer, timeout: float, max_records: int) -> Mapping[int, list[Record]]:
        """Return what has come, by partition, waiting up to ``timeout`` seconds for the first record."""
        by_partition: defaultdict[int, list[Record]] = defaultdict(list)
        with _answers("read from"):
            first = consumer.poll(timeout)
            if first is None:
                return by_partition
        further: list[Message] = []
        # Should it fail, the first record is handed on all the same: the client would not return it again.
        with contextlib.suppress(KafkaException):
            further = consumer.consume(max_records - 1, timeout=0) if max_records > 1 else []
        for message in (first, *further):
            if message.error():
                _log.info("Kafka reports an error for %s: %s", message.topic() or self._topic, message.error())
            else:
                record = self._record(message)
                by_partition[record.partition].append(record)
        for partition, records in by_partition.items():
            self._next[partition] = records[-1].offset + 1
        return by_partition

    def _follow_topics(self, consumer: Consumer) -> None:
        """Read partitions that were added from their beginning, and a topic that was made again from its beginning."""
        for index, topic in enumerate(self._topics):
            state = self._watcher.state(topic) if self._watcher else None
            if state is not None and state is not self._followed[index]:
                self._follow(consumer, index, state)
                self._followed[index] = state

    def _follow(self, consumer: Consumer, index: int, state: TopicState) -> None:
        topic, known = self._topics[index], self.topic_ids[index]
        self.topic_ids = (*self.topic_ids[:index], state.topic_id, *self.topic_ids[index + 1 :])
        numbers = [number_of(index, partition) for partition in state.partitions]
        with _answers("read from"):
            if known not in ("", state.topic_id):
                _log.warning("topic %s was deleted and made again: reading it from its beginning", topic)
                # What is held back was not handed on yet: of the other topics, it is read again.
                others = {n: o for n, o in (self._next | self._order.held).items() if place_of(n)[0] != index}
                self._next = others | dict.fromkeys(numbers, 0)
                self._order.start(self._next, {n: end for n, end in self._order.ends.items() if n in others})
                self._is_reading = False  # Should this fail, the next call does it.
                consumer.assign(self._topic_partitions(self._next))
                self._is_reading = True
            elif added := dict.fromkeys((number for number in numbers if number not in self._next), 0):
                _log.warning("topic %s has new partitions, reading them as well: %s", topic, sorted(state.partitions))
                consumer.incremental_assign(self._topic_partitions(added))
                self._next |= added

    def _record(self, message: Any) -> Record:
        # A message without an error has all of this; the library's types say less.
        number = self._first_numbers[message.topic()] + message.partition()
        _, stamp = message.timestamp()
        headers = tuple(message.headers() or ())
        return Record(number, message.offset(), stamp / 1000, message.value(), headers, message.key())

    def _partitions(self, consumer: Consumer) -> list[int]:
        numbers = []
        with _answers("find the partitions of"):
            for index, name in enumerate(self._topics):
                topic = consumer.list_topics(name, timeout=ANSWER_TIMEOUT).topics[name]
                if not topic.error and topic.partitions:
                    numbers += [number_of(index, partition) for partition in sorted(topic.partitions)]
                elif index == 0:
                    raise LogUnavailable(f"Kafka has no topic {name} yet")
        return numbers

    def _wait_for_commits(self, consumer: Consumer, timeout: float) -> None:
        """Results of commits arrive while polling. The partitions are paused, so no record is polled and lost."""
        consumer.pause(consumer.assignment())
        deadline = time.monotonic() + timeout
        while self._commits_under_way and (left := deadline - time.monotonic()) > 0:
            consumer.poll(min(left, COMMIT_LOOK_SECONDS))
        consumer.resume(consumer.assignment())

    def _note_commit(self, error: object, _offsets: object) -> None:
        self._commits_under_way -= 1
        if error is not None:
            _log.info("commit failed, the next one makes up for it: %s", error)


@contextlib.contextmanager
def _answers(what: str) -> Iterator[None]:
    try:
        yield
    except KafkaException as error:
        raise LogUnavailable(f"cannot {what} Kafka: {error}") from error
