"""Sends products to the topic of the catalog, and waits until they are safe there."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Event as Signal
from threading import Lock

from connections.kafka_cluster import KafkaCluster
from online_models.schema.events import ItemId
from online_models.schema.keyspace import CATALOG
from storefront.events.producer import Connect, KafkaUnavailable, Producer

DELIVERY_SECONDS, SHORT_SECONDS = 2.5, 0.5
"""How long it waits for Kafka, and where Kafka did not take all."""

Record = tuple[ItemId, bytes | None]


class CatalogTopic:
    """The topic `CATALOG`, connected to with the first record."""

    def __init__(self, kafka: KafkaCluster, connect: Connect) -> None:
        self._kafka = kafka
        self._connect = connect
        self._producer: Producer | None = None
        self._lock = Lock()

    def send(self, records: Sequence[Record]) -> list[int | None]:
        """Send records in order, and return the offset of each; None of what was not confirmed in time.

        Raises `KafkaUnavailable` if Kafka cannot be reached.
        """
        offsets: list[int | None] = [None] * len(records)
        sent, settled, done = 0, 0, Signal()

        def settle(number: int, error: KafkaUnavailable | None, _partition: int, offset: int) -> None:
            nonlocal settled
            if error is None:
                offsets[number] = offset
            settled += 1
            if settled == len(records):
                done.set()

        producer = self._open()
        with suppress(KafkaUnavailable):
            for number, (item, value) in enumerate(records):
                producer.send(CATALOG.name, item.encode(), value, partial(settle, number))
                sent += 1
        if sent:
            done.wait(DELIVERY_SECONDS if sent == len(records) else SHORT_SECONDS)
        if not any(offset is not None for offset in offsets):
            self.close()
            raise KafkaUnavailable("no change of the catalog was confirmed in time")
        return list(offsets)

    def close(self) -> None:
        """Disconnect. The next record connects again."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(0)

    def _open(self) -> Producer:
        with self._lock:
            if self._producer is None:
                # It is kept where it does not know the topic yet: it goes on asking.
                self._producer = self._connect(self._kafka)
                self._producer.load_partitions(CATALOG.name)
            return self._producer
