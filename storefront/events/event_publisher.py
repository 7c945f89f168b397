"""Publishes events to Kafka without making a page wait: what Kafka does not accept now is spooled to disk.

While Kafka is healthy, an event goes straight there. As soon as a delivery fails or takes too long, everything
unconfirmed and everything new goes to the spool, and a background thread sends it later, in order. So an event may
arrive twice under the same id; the learner drops the second.
"""

import logging
import time
from collections import OrderedDict
from functools import partial
from threading import Event as Signal
from threading import Lock, Thread
from typing import NamedTuple

from online_models.schema import keyspace
from online_models.schema.events import Event, InvalidEvent, VisitorId, decode, encode
from storefront.events.producer import DELIVERY_SECONDS, Connect, KafkaUnavailable, Producer
from storefront.events.spool import Spool, SpoolFull

log = logging.getLogger(__name__)

SLOW_SECONDS = 1.0
IN_FLIGHT_LIMIT = 10_000
BATCH = 500
RETRY_SECONDS = 0.5


class _InFlight(NamedTuple):
    """One event that Kafka has not confirmed yet."""

    payload: bytes
    sent_at: float


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
    """Publishes events to the topic ``interactions`` by any `Producer`. Under gevent its threads are greenlets."""

    def __init__(
        self,
        bootstrap: str,
        spool: Spool,
        connect: Connect,
        topic: str = keyspace.INTERACTIONS.name,
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._spool = spool
        self._connect = connect
        self._producer: Producer | None = None
        self._healthy = False
        self._in_flight: OrderedDict[int, _InFlight] = OrderedDict()
        self._number = 0
        self._lock = Lock()
        self._wake = Signal()
        self._closing = False
        self._thread = Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Whether events go straight to Kafka."""
        return self._healthy

    @property
    def waiting_bytes(self) -> int:
        """How much waits on disk."""
        return self._spool.waiting_bytes

    def publish(self, event: Event) -> None:
        """Send the event and return at once; spool it while Kafka is down or slow. Raises `SpoolFull`."""
        payload = encode(event)
        with self._lock:
            if self._healthy and self._is_slow():
                self._spool_in_flight("Kafka is slow")
            if not self._healthy:
                self._spool.append(payload)
                self._wake.set()
                return
            self._number += 1
            number = self._number
            self._in_flight[number] = _InFlight(payload, time.monotonic())
            producer = self._producer
        if producer is None:  # It was closed this moment, and the events in flight were spooled.
            return

        try:
            producer.send(self._topic, event.visitor.encode(), payload, partial(self._settled, number))
        except KafkaUnavailable as error:
            self._settled(number, error)

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
        if producer is not None:
            producer.close(timeout=1)

    def _is_slow(self) -> bool:
        if len(self._in_flight) >= IN_FLIGHT_LIMIT:
            return True
        oldest = next(iter(self._in_flight.values()), None)
        return oldest is not None and time.monotonic() - oldest.sent_at > SLOW_SECONDS

    def _settled(self, number: int, error: KafkaUnavailable | None, *_: int) -> None:
        with self._lock:
            if error is None:
                self._in_flight.pop(number, None)
            elif number in self._in_flight:
                self._spool_in_flight(str(error))

    def _spool_in_flight(self, why: str) -> None:
        """Spool everything unconfirmed, in order. The lock is held."""
        if self._healthy and not self._closing:
            log.warning("Events wait on disk: %s", why)
        self._healthy = False
        waiting, self._in_flight = self._in_flight, OrderedDict()
        try:
            for sent in waiting.values():
                self._spool.append(sent.payload)
        except SpoolFull as error:
            log.error("Unconfirmed events are lost: %s", error)
        self._wake.set()

    def _run(self) -> None:
        while not self._closing:
            if self._healthy:
                self._wake.wait(timeout=RETRY_SECONDS)
                self._wake.clear()
                with self._lock:
                    if self._healthy and self._is_slow():
                        self._spool_in_flight("Kafka is slow")
                continue
            try:
                recovered = self._recover()
            except Exception:
                log.exception("Spooled events could not be sent; trying again")
                recovered = False
            if not recovered:
                self._wake.clear()
                self._wake.wait(timeout=RETRY_SECONDS)

    def _recover(self) -> bool:
        """Reconnect and send the spool. Return whether events may go straight to Kafka again."""
        stale, self._producer = self._producer, None
        if stale is not None:
            stale.close(timeout=0)
        try:
            producer = self._connect(self._bootstrap)
        except KafkaUnavailable as error:
            log.debug("Kafka does not answer: %s", error)
            return False
        try:
            producer.load_partitions(self._topic)
            while not self._closing:
                with self._lock:
                    if not self._spool:
                        self._producer, self._healthy = producer, True
                        log.info("Events go to Kafka at %s", self._bootstrap)
                        return True
                self._drain(producer)
        except KafkaUnavailable as error:
            log.warning("Kafka went away while spooled events were sent: %s", error)
        producer.close(timeout=0)
        return False

    def _drain(self, producer: Producer) -> None:
        payloads = self._spool.peek(BATCH)
        batch = _Batch(len(payloads))
        for payload in payloads:
            try:
                visitor = decode(payload).visitor
            except InvalidEvent:
                visitor = VisitorId("")
            producer.send(self._topic, visitor.encode(), payload, batch.settled)
        batch.wait(DELIVERY_SECONDS)
        self._spool.advance(payloads)
