"""The interface of a client that sends to Kafka; each client has a module of its own."""

from collections.abc import Callable
from typing import Protocol

from connections.kafka_cluster import KafkaCluster

CONNECT_SECONDS = 2.0
REQUEST_SECONDS = 3.0
DELIVERY_SECONDS = 5.0
METADATA_SECONDS = 10.0
"""How soon a client learns of partitions that were added."""


class KafkaUnavailable(Exception):
    """Kafka does not answer or did not take an event. Keep the event and send it again later."""


class KafkaRefused(KafkaUnavailable):
    """Kafka answers, and does not let this client in. The message says what to correct; keep the event meanwhile."""


OnDelivery = Callable[[KafkaUnavailable | None, int, int], None]
"""Called once, from another thread, when a record is delivered or has failed: with the error, partition and offset."""


class Producer(Protocol):
    """A connected client. No call blocks other greenlets."""

    def load_partitions(self, topic: str) -> None:
        """Load the partitions of the topic, so that the first record need not wait. Raises `KafkaUnavailable`."""

    def send(self, topic: str, key: bytes, value: bytes | None, on_delivery: OnDelivery) -> None:
        """Send a record and return at once. If it raises `KafkaUnavailable`, ``on_delivery`` is not called."""

    def flush(self, timeout: float) -> None:
        """Wait for records in flight, for ``timeout`` seconds at most."""

    def close(self, timeout: float) -> None:
        """Wait so long for records in flight, drop the rest, and leave neither thread nor socket behind."""


Connect = Callable[[KafkaCluster], Producer]
"""Connects to the cluster. If it raises `KafkaUnavailable`, it leaves nothing behind."""
