"""What the publisher asks of a client that sends to Kafka. Each client has a module of its own that keeps this."""

from collections.abc import Callable
from typing import Protocol

CONNECT_SECONDS = 2.0
REQUEST_SECONDS = 3.0
DELIVERY_SECONDS = 5.0


class KafkaUnavailable(Exception):
    """Kafka does not answer or did not take an event. Keep the event and send it again later."""


class OnDelivery(Protocol):
    """Told once, from another thread, how sending one record ended."""

    def __call__(self, error: KafkaUnavailable | None, partition: int, offset: int) -> None:
        """Take the place of the record, which counts only if there is no error."""


class Producer(Protocol):
    """A client that was connected, until it is closed. No call holds up other greenlets."""

    def find(self, topic: str) -> None:
        """Learn the partitions of the topic, so that the first record need not wait. Raises `KafkaUnavailable`."""

    def send(self, topic: str, key: bytes, value: bytes, on_delivery: OnDelivery) -> None:
        """Take a record and return at once. Raises `KafkaUnavailable`: then ``on_delivery`` is not called."""

    def flush(self, timeout: float) -> None:
        """Wait for what is under way, but no longer than told."""

    def close(self, timeout: float) -> None:
        """Wait so long for what is under way, give up the rest, and leave neither thread nor socket behind."""


Connect = Callable[[str], Producer]
"""Connects to the bootstrap servers. Raises `KafkaUnavailable`, and then leaves nothing behind."""
