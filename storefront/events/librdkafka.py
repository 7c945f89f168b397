"""The producer on librdkafka, whose native threads take hardly any of the storefront's time.

They never call Python: delivery reports wait until they are polled, by a thread of ours (under gevent a greenlet) that
runs while records are in flight. The few calls that block are made in a native thread.
"""

import logging
import time
from collections.abc import Callable
from threading import Event as Signal
from threading import Lock, Thread
from typing import Any, TypeVar

import confluent_kafka
from confluent_kafka import KafkaException

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from connections.listening import LONGEST_BACKOFF_MS
from storefront.events.producer import (
    CONNECT_SECONDS,
    DELIVERY_SECONDS,
    METADATA_SECONDS,
    REQUEST_SECONDS,
    KafkaRefused,
    KafkaUnavailable,
    OnDelivery,
)

log = logging.getLogger(__name__)

REPORT_SECONDS = 0.002
"""How often reports are polled while records are in flight: receipts wait for them."""
LATE_SECONDS, LATE_REPORT_SECONDS = 0.1, 0.02
"""And how often if none has been sent for so long: Kafka is slow, and a moment more does not matter."""
IDLE_SECONDS = 5.0
"""And how often while none are, for the log of librdkafka."""
QUEUE_RECORDS, QUEUE_KBYTES = 20_000, 32 * 1_024

LOOK_SECONDS = 0.005
"""And how often the result of a call in a native thread is looked for."""

_Found = TypeVar("_Found")

_SETTINGS: dict[str, Any] = {
    "client.id": "riverfront-storefront",
    "acks": "all",
    "enable.idempotence": True,
    # The partition of a visitor is the one that kafka-python chooses.
    "partitioner": "murmur2_random",
    "linger.ms": 0,
    "queue.buffering.max.messages": QUEUE_RECORDS,
    "queue.buffering.max.kbytes": QUEUE_KBYTES,
    "message.timeout.ms": int(DELIVERY_SECONDS * 1_000),
    "request.timeout.ms": int(REQUEST_SECONDS * 1_000),
    "socket.timeout.ms": int(REQUEST_SECONDS * 1_000),
    "socket.connection.setup.timeout.ms": int(CONNECT_SECONDS * 1_000),
    "socket.nagle.disable": True,
    "socket.keepalive.enable": True,
    "topic.metadata.refresh.interval.ms": int(METADATA_SECONDS * 1_000),
    "reconnect.backoff.max.ms": LONGEST_BACKOFF_MS,
    "log.connection.close": False,
}


class LibrdkafkaProducer:
    """A `Producer` of librdkafka. It reconnects by itself, but a publisher that gave it up makes a new one."""

    def __init__(self, kafka: KafkaCluster) -> None:
        self._closed = False
        self._lock = Lock()
        self._has_records = Signal()
        self._sent_at = 0.0
        self._refusals = Refusals(kafka)
        settings = {**_SETTINGS, **kafka.librdkafka_options(), "logger": self, "error_cb": self._refusals}
        try:
            self._client = confluent_kafka.Producer(settings)
        except KafkaException as error:
            raise KafkaUnavailable(str(error)) from error
        self._thread = Thread(target=self._fetch_reports, name="delivery reports", daemon=True)
        self._thread.start()

    def load_partitions(self, topic: str) -> None:
        """Load the partitions of the topic."""
        try:
            known = call_natively(lambda: self._client.list_topics(topic, CONNECT_SECONDS), 2 * CONNECT_SECONDS)
        except (KafkaException, NotInTime) as error:
            self._client.poll(0)  # It brings why brokers refuse the client.
            if reason := self._refusals.take():
                raise KafkaRefused(reason) from error
            raise KafkaUnavailable(str(error)) from error
        refusal = known.topics[topic].error
        if refusal is not None:
            if reason := self._refusals.explain(refusal):
                raise KafkaRefused(reason)
            raise KafkaUnavailable(str(refusal))

    def send(self, topic: str, key: bytes, value: bytes | None, on_delivery: OnDelivery) -> None:
        """Put a record into the queue of librdkafka."""

        def settled(error: confluent_kafka.KafkaError | None, message: confluent_kafka.Message) -> None:
            # Purged records are reported by a native thread, which must not touch anything of gevent's.
            if not self._closed:
                failure = KafkaUnavailable(str(error)) if error is not None else None
                on_delivery(failure, message.partition() or 0, message.offset() or 0)

        with self._lock:
            if self._closed:
                raise KafkaUnavailable("closed")
            try:
                self._client.produce(topic, value, key, on_delivery=settled)
            except (BufferError, KafkaException) as error:
                raise KafkaUnavailable(str(error)) from error
        self._sent_at = time.monotonic()
        if not self._has_records.is_set():
            self._has_records.set()

    def flush(self, timeout: float) -> None:
        """Wait for records in flight, for ``timeout`` seconds at most."""
        deadline = time.monotonic() + timeout
        while len(self._client) and time.monotonic() < deadline:
            self._client.poll(0)
            time.sleep(LATE_REPORT_SECONDS)

    def close(self, timeout: float) -> None:
        """Wait so long for records in flight, then drop the rest and disconnect."""
        if self._closed:
            return
        self.flush(timeout)
        with self._lock:
            self._closed = True
        self._has_records.set()
        self._thread.join()
        try:
            call_natively(self._end, DELIVERY_SECONDS)
        except NotInTime:
            log.warning("librdkafka takes long to end; it is left to itself")

    def log(self, level: int, message: str, *arguments: object) -> None:
        """Log a line of librdkafka, for debugging only: the publisher logs whether Kafka is up."""
        if not self._closed:
            log.debug("librdkafka (%d): " + message, level, *arguments)

    def _end(self) -> None:
        self._client.purge()
        self._client.close()

    def _fetch_reports(self) -> None:
        while not self._closed:
            self._has_records.wait(IDLE_SECONDS)
            self._has_records.clear()
            try:
                self._client.poll(0)
                while len(self._client) and not self._closed:
                    is_late = time.monotonic() - self._sent_at > LATE_SECONDS
                    time.sleep(LATE_REPORT_SECONDS if is_late else REPORT_SECONDS)
                    self._client.poll(0)
            except Exception:
                log.exception("A report of librdkafka could not be taken")


class NotInTime(Exception):
    """The call has not returned in time. It goes on in its thread."""


def call_natively(call: Callable[[], _Found], timeout: float) -> _Found:
    """Return what the call returns, or raise what it raises. It must not touch anything of gevent's.

    Raises
    ------
    NotInTime
        If it takes longer than ``timeout`` seconds.
    """
    # Imported late: without gevent's patches this is the usual function.
    from gevent.monkey import get_original

    found: list[_Found] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
            failed.append(error)

    get_original("_thread", "start_new_thread")(run, ())
    deadline = time.monotonic() + timeout
    while not found and not failed:
        if time.monotonic() > deadline:
            raise NotInTime
        time.sleep(LOOK_SECONDS)
    if failed:
        raise failed[0]
    return found[0]
