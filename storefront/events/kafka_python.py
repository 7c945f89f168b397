"""The producer on kafka-python, whose thread is a greenlet under gevent."""

import logging

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from connections.kafka_client import ClusterRefused, connect
from connections.kafka_cluster import KafkaCluster
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

BLOCK_SECONDS = 0.2


class _Producer(KafkaProducer):  # type: ignore[misc]  # kafka-python is not typed
    """A producer that closes even if records in flight cannot be sent."""

    def flush(self, timeout: float | None = None) -> None:
        """Wait for records in flight, for ``timeout`` seconds at most."""
        try:
            super().flush(timeout)
        except KafkaTimeoutError as error:
            log.debug("Kafka did not confirm every event in time: %s", error)


class KafkaPythonProducer:
    """A `Producer` of kafka-python. Build one only where somebody listens."""

    def __init__(self, kafka: KafkaCluster) -> None:
        try:
            self._producer = connect(
                _Producer,
                kafka,
                client_id="riverfront-storefront",
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_block_ms=int(BLOCK_SECONDS * 1_000),
                request_timeout_ms=int(REQUEST_SECONDS * 1_000),
                delivery_timeout_ms=int(DELIVERY_SECONDS * 1_000),
                bootstrap_timeout_ms=int(CONNECT_SECONDS * 1_000),
                metadata_max_age_ms=int(METADATA_SECONDS * 1_000),
                reconnect_backoff_max_ms=LONGEST_BACKOFF_MS,
            )
        except ClusterRefused as refused:
            raise KafkaRefused(str(refused)) from refused
        except KafkaError as error:
            raise KafkaUnavailable(str(error)) from error

    def load_partitions(self, topic: str) -> None:
        """Load the partitions of the topic."""
        try:
            self._producer.partitions_for(topic)
        except KafkaError as error:
            raise KafkaUnavailable(str(error)) from error

    def send(self, topic: str, key: bytes, value: bytes | None, on_delivery: OnDelivery) -> None:
        """Send a record. It waits shortly while the partitions are not loaded."""
        try:
            future = self._producer.send(topic, key=key, value=value)
        except KafkaError as error:
            raise KafkaUnavailable(str(error)) from error
        future.add_callback(lambda metadata: on_delivery(None, metadata.partition, metadata.offset))
        future.add_errback(lambda error: on_delivery(KafkaUnavailable(str(error)), -1, -1))

    def flush(self, timeout: float) -> None:
        """Wait for records in flight, for ``timeout`` seconds at most."""
        self._producer.flush(timeout)

    def close(self, timeout: float) -> None:
        """Disconnect, even if records in flight cannot be sent."""
        self._producer.close(timeout)
