"""Sends by librdkafka, whose native threads need next to nothing of the storefront's time.

They never call Python: what they have to report waits until it is fetched, by a thread of ours (under gevent a
greenlet) that runs while something is under way. The few calls that block are made in a native thread.
"""

import logging
import time
from threading import Event as Signal
from threading import Lock, Thread
from typing import Any

import confluent_kafka
from confluent_kafka import KafkaException

from storefront.events.native_call import NotInTime, call_natively
from storefront.events.producer import (
    CONNECT_SECONDS,
    DELIVERY_SECONDS,
    REQUEST_SECONDS,
    KafkaUnavailable,
    OnDelivery,
)

log = logging.getLogger(__name__)

REPORT_SECONDS = 0.02
"""Reports are fetched so often while something is under way: they decide on health and spool alone."""
IDLE_SECONDS = 5.0
"""And so often while nothing is, for what librdkafka has to say in the log."""
QUEUE_RECORDS, QUEUE_KBYTES = 20_000, 32 * 1_024

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
    "reconnect.backoff.max.ms": 1_000,
    "log.connection.close": False,
}


class LibrdkafkaProducer:
    """A `Producer` of librdkafka. It reconnects by itself, but a publisher that gave it up makes a new one."""

    def __init__(self, bootstrap: str) -> None:
        self._closed = False
        self._lock = Lock()
        self._is_under_way = Signal()
        try:
            self._client = confluent_kafka.Producer({**_SETTINGS, "bootstrap.servers": bootstrap, "logger": self})
        except KafkaException as error:
            raise KafkaUnavailable(str(error)) from error
        self._thread = Thread(target=self._fetch_reports, name="delivery reports", daemon=True)
        self._thread.start()

    def find(self, topic: str) -> None:
        """Learn the partitions of the topic."""
        try:
            known = call_natively(lambda: self._client.list_topics(topic, CONNECT_SECONDS), 2 * CONNECT_SECONDS)
        except (KafkaException, NotInTime) as error:
            raise KafkaUnavailable(str(error)) from error
        refusal = known.topics[topic].error
        if refusal is not None:
            raise KafkaUnavailable(str(refusal))

    def send(self, topic: str, key: bytes, value: bytes, on_delivery: OnDelivery) -> None:
        """Put a record into the queue of librdkafka."""

        def settled(error: confluent_kafka.KafkaError | None, message: confluent_kafka.Message) -> None:
            # What is given up is reported by a native thread, which must not reach anything of gevent's.
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
        if not self._is_under_way.is_set():
            self._is_under_way.set()

    def flush(self, timeout: float) -> None:
        """Wait for what is under way, but no longer than told."""
        deadline = time.monotonic() + timeout
        while len(self._client) and time.monotonic() < deadline:
            self._client.poll(0)
            time.sleep(REPORT_SECONDS)

    def close(self, timeout: float) -> None:
        """Wait so long for what is under way, and drop the rest and the connections."""
        if self._closed:
            return
        self.flush(timeout)
        with self._lock:
            self._closed = True
        self._is_under_way.set()
        self._thread.join()
        try:
            call_natively(self._end, DELIVERY_SECONDS)
        except NotInTime:
            log.warning("librdkafka takes long to end; it is left to itself")

    def log(self, level: int, message: str, *arguments: object) -> None:
        """Take a line of librdkafka's: it calls its logger so. The publisher says itself whether Kafka is there."""
        if not self._closed:
            log.debug("librdkafka (%d): " + message, level, *arguments)

    def _end(self) -> None:
        self._client.purge()
        self._client.close()

    def _fetch_reports(self) -> None:
        while not self._closed:
            self._is_under_way.wait(IDLE_SECONDS)
            self._is_under_way.clear()
            try:
                self._client.poll(0)
                while len(self._client) and not self._closed:
                    time.sleep(REPORT_SECONDS)
                    self._client.poll(0)
            except Exception:
                log.exception("A report of librdkafka could not be taken")
