"""Publishes events to Kafka, and keeps on disk what Kafka does not accept now.

An event is safe when Kafka has confirmed it or when it is synced to the spool's disk: only then is it acknowledged.
While Kafka is healthy, an event goes straight there. As soon as a delivery fails or takes too long, everything
unconfirmed and everything new goes to the spool, and a background thread sends it later, in order. So an event may
arrive twice under the same id; the learner drops the second.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Event as Signal
from threading import Lock, Thread
from typing import NamedTuple

from connections.kafka_cluster import KafkaCluster
from online_models.schema import keyspace
from online_models.schema.events import Event, InvalidEvent, RankingShown, VisitorId, decode, encode
from storefront.events.delivery import Delivery, RecordPlace
from storefront.events.producer import DELIVERY_SECONDS, Connect, KafkaRefused, KafkaUnavailable, Producer
from storefront.events.spool import Spool
from storefront.events.spool_writer import SpoolWriter
from storefront.workers import Workers, run_here

log = logging.getLogger(__name__)

SLOW_SECONDS = 1.0
IN_FLIGHT_LIMIT = 10_000
BATCH = 500
RETRY_SECONDS = 0.25
REFUSED_SECONDS = 5.0
"""How seldom it is tried where Kafka does not let this client in: somebody has to correct that first."""
ORPHANS_SECONDS = 10.0
"""How often spools are looked for that a process which is gone has left."""
WRITE_SECONDS = 5.0
IMPRESSIONS_SECONDS = 30.0
"""How often a topic for impressions is looked for where there is none yet."""
IMPRESSIONS_PATIENCE = 3.0
"""How long it is looked for at first: a busy Kafka may be slow to name it."""
_SOON = 0.01

Orphans = Callable[[], Sequence[Spool]]
"""Claims the spools of processes that are gone."""


class _InFlight(NamedTuple):
    """One event that Kafka has not confirmed yet."""

    payload: bytes
    sent_at: float
    delivery: Delivery


class _Batch:
    """Records that must all be confirmed before the next batch is sent."""

    def __init__(self, size: int) -> None:
        self._open = size
        self._error: KafkaUnavailable | None = None
        self._ended = Signal()

    def settled(self, error: KafkaUnavailable | None, *_: int) -> None:
        self._open -= 1
        self._error = self._error or error
        if self._error is not None or not self._open:
            self._ended.set()

    def wait(self, timeout: float) -> None:
        """Wait for the last confirmation, or for the first failure, which is raised."""
        if not self._ended.wait(timeout):
            raise KafkaUnavailable("no answer in time")
        if self._error is not None:
            raise self._error


class EventPublisher:
    """Publishes events to the topic ``interactions`` by any `Producer`. Under gevent its threads are greenlets.

    Parameters
    ----------
    impressions
        The topic of the lists that visitors were shown. While there is none they go where all other events go.
    workers
        Calls what waits for the disk where it holds up nobody else.
    orphans
        Claims what other processes have left on disk. It is sent as if it were this one's.
    """

    def __init__(
        self,
        kafka: KafkaCluster,
        spool: Spool,
        connect: Connect,
        topic: str = keyspace.INTERACTIONS.name,
        impressions: str = "",
        workers: Workers = run_here,
        orphans: Orphans = tuple,
    ) -> None:
        self._kafka = kafka
        self._refused, self._pause = "", 0.0
        self._topic = self._impressions = topic
        self._wanted_impressions = impressions or topic
        self._impressions_at = 0.0
        self._spool = spool
        self._connect = connect
        self._workers = workers
        self._orphans = orphans
        self._left_by_others: list[Spool] = []
        self._look_at = 0.0
        self._producer: Producer | None = None
        self._healthy = False
        self._in_flight: OrderedDict[int, _InFlight] = OrderedDict()
        self._number = 0
        self._lock = Lock()
        self._wake = Signal()
        self._closing = False
        self._writer = SpoolWriter(spool, workers)
        self._thread = Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Whether events go straight to Kafka."""
        return self._healthy

    @property
    def waiting_bytes(self) -> int:
        """How much waits on disk."""
        return self._spool.waiting_bytes + sum(spool.waiting_bytes for spool in self._left_by_others)

    def send(self, event: Event, delivery: Delivery | None = None) -> Delivery:
        """Send the event, or have it spooled while Kafka is down or slow, and return at once.

        The delivery says when the event is safe; a given one may be known to others already.
        """
        payload, delivery = encode(event), delivery or Delivery()
        with self._lock:
            if self._healthy and self._is_slow():
                self._spool_in_flight("Kafka is slow")
            producer = self._producer if self._healthy else None
            if producer is None:
                self._writer.put(payload, delivery)
                return delivery
            self._number += 1
            number = self._number
            self._in_flight[number] = _InFlight(payload, time.monotonic(), delivery)

        try:
            topic, key = self._topic_of(event), event.visitor.encode()
            producer.send(topic, key, payload, partial(self._settled, number, delivery, topic))
        except KafkaUnavailable as error:
            self._settled(number, delivery, topic, error)
        return delivery

    def publish(self, event: Event) -> None:
        """Send the event and wait until it is safe. Raises `NotStored`."""
        self.send(event).wait()

    def close(self) -> None:
        """Wait shortly for events in flight, spool the rest, and disconnect."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout=10)
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.flush(timeout=2)
        with self._lock:
            self._spool_in_flight("closing")
        self._writer.close(WRITE_SECONDS)
        if producer is not None:
            producer.close(timeout=1)

    def _topic_of(self, event: Event) -> str:
        return self._impressions if isinstance(event, RankingShown) else self._topic

    def _is_slow(self) -> bool:
        return len(self._in_flight) >= IN_FLIGHT_LIMIT or self._seconds_left() <= 0

    def _seconds_left(self) -> float:
        """Return how long the oldest event may still be in flight before Kafka counts as slow."""
        oldest = next(iter(self._in_flight.values()), None)
        return SLOW_SECONDS if oldest is None else oldest.sent_at + SLOW_SECONDS - time.monotonic()

    def _settled(
        self,
        number: int,
        delivery: Delivery,
        topic: str,
        error: KafkaUnavailable | None,
        partition: int = -1,
        offset: int = -1,
    ) -> None:
        with self._lock:
            if error is None:
                self._in_flight.pop(number, None)
            elif number in self._in_flight:
                self._spool_in_flight(str(error))
        if error is None:
            delivery.confirm(RecordPlace(topic, partition, offset))

    def _spool_in_flight(self, why: str) -> None:
        """Spool everything unconfirmed, in order. The lock is held."""
        if self._healthy and not self._closing:
            log.warning("Events wait on disk: %s", why)
        self._healthy = False
        waiting, self._in_flight = self._in_flight, OrderedDict()
        for sent in waiting.values():
            self._writer.put(sent.payload, sent.delivery)
        self._wake.set()

    def _run(self) -> None:
        while not self._closing:
            try:
                pause = self._watch() if self._healthy else self._recover()
            except Exception:
                log.exception("Spooled events could not be sent; trying again")
                pause = RETRY_SECONDS
            if pause:
                self._wake.wait(timeout=pause)
                self._wake.clear()

    def _watch(self) -> float:
        """Give Kafka up if it is slow. Return when to look again."""
        with self._lock:
            if self._healthy and self._is_slow():
                self._spool_in_flight("Kafka is slow")
                return 0.0
            left = self._seconds_left()
        if time.monotonic() >= self._look_at:
            self._claim_orphans()
        if self._producer is not None:
            self._find_impressions(self._producer)
        if self._left_by_others:
            # As after an outage: what waits goes first.
            with self._lock:
                self._spool_in_flight("another process has left events")
            return 0.0
        return min(max(left, _SOON), RETRY_SECONDS)

    def _recover(self) -> float:
        """Reconnect and send the spool. Return when to try again; 0 if events may go straight to Kafka."""
        stale, self._producer = self._producer, None
        if stale is not None:
            stale.close(timeout=0)
        try:
            producer = self._connect(self._kafka)
        except KafkaUnavailable as error:
            return self._pause_after(error, "Kafka does not answer: %s", logging.DEBUG)
        pause = RETRY_SECONDS
        try:
            producer.load_partitions(self._topic)
            # It may have gone meanwhile.
            self._impressions, self._impressions_at = self._topic, 0.0
            self._find_impressions(producer, IMPRESSIONS_PATIENCE)
            self._claim_orphans()
            self._send_orphans(producer)
            while not self._closing:
                with self._lock:
                    if not self._spool and self._writer.is_idle:
                        self._producer, self._healthy, self._pause = producer, True, 0.0
                        log.info("Events go to Kafka at %s", self._kafka.servers)
                        return 0.0
                self._drain(self._spool, producer)
        except KafkaUnavailable as error:
            pause = self._pause_after(error, "Kafka went away while spooled events were sent: %s", logging.WARNING)
        except BaseException:
            producer.close(timeout=0)
            raise
        producer.close(timeout=0)
        return pause

    def _pause_after(self, error: KafkaUnavailable, what: str, level: int) -> float:
        """Log why Kafka is not used, a refusal once, and return when to try again."""
        if not isinstance(error, KafkaRefused):
            log.log(level, what, error)
            return RETRY_SECONDS
        if not self._pause or str(error) != self._refused:
            self._refused = str(error)
            log.error("Events wait on disk: %s", error)
        self._pause = min(2 * max(self._pause, RETRY_SECONDS), REFUSED_SECONDS)
        return self._pause

    def _find_impressions(self, producer: Producer, patience: float = 0.0) -> None:
        """Have impressions go to their topic as soon as there is one: a shop may be upgraded before its Kafka."""
        started, wanted = time.monotonic(), self._wanted_impressions
        if self._impressions == wanted or started < self._impressions_at:
            return
        self._impressions_at = started + IMPRESSIONS_SECONDS
        while not self._closing:
            try:
                producer.load_partitions(wanted)
            except KafkaUnavailable as error:
                if time.monotonic() > started + patience:
                    log.warning("There is no topic %s; impressions go to %s: %s", wanted, self._topic, error)
                    return
                time.sleep(RETRY_SECONDS)
            else:
                self._impressions = wanted
                return

    def _claim_orphans(self) -> None:
        self._look_at = time.monotonic() + ORPHANS_SECONDS
        self._left_by_others += self._workers(self._orphans)

    def _send_orphans(self, producer: Producer) -> None:
        while self._left_by_others and not self._closing:
            self._drain(self._left_by_others[0], producer)
            if not self._left_by_others[0]:
                self._left_by_others.pop(0)

    def _drain(self, spool: Spool, producer: Producer) -> None:
        """Send the first events of a spool. Where none are written yet, wait a moment for them."""
        payloads = self._workers(spool.peek, BATCH)
        if not payloads:
            time.sleep(_SOON)
            return
        batch = _Batch(len(payloads))
        for payload in payloads:
            topic, visitor = self._topic, VisitorId("")
            with suppress(InvalidEvent):
                event = decode(payload)
                topic, visitor = self._topic_of(event), event.visitor
            producer.send(topic, visitor.encode(), payload, batch.settled)
        batch.wait(DELIVERY_SECONDS)
        self._workers(spool.advance, payloads)
