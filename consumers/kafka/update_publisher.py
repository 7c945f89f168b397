"""Sends what the rankers exchange to Kafka, without waiting for it."""

import contextlib
import logging

from confluent_kafka import KafkaException, Producer

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals

_log = logging.getLogger(__name__)

MOST_WAITING = 10_000
CLOSE_TIMEOUT = 1.0


class UpdatePublisher:
    """Publishes to one topic of one partition. While Kafka is away a bounded number waits, for half a minute at most.

    What is lost then has taught no ranker anything: all learners still are the same.
    """

    def __init__(self, kafka: KafkaCluster, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self._producer: Producer | None = None
        self.lost = 0

    def publish(self, payload: bytes) -> None:
        """Send one update soon. Never raises and never waits."""
        try:
            producer = self._connect()
            producer.produce(self._topic, value=payload, partition=0, on_delivery=self._note_delivery)
            producer.poll(0)
        except (BufferError, KafkaException) as error:
            self._note_delivery(error, None)

    def close(self) -> None:
        """Send what waits, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaException):
                producer.flush(CLOSE_TIMEOUT)

    def _connect(self) -> Producer:
        if self._producer is None:
            settings = {
                **self._kafka.librdkafka_options(),
                "client.id": "riverfront-learner",
                "acks": "all",
                "linger.ms": 5,
                "compression.type": "lz4",
                "queue.buffering.max.messages": MOST_WAITING,
                "message.timeout.ms": 30_000,
                "reconnect.backoff.max.ms": 500,
                "error_cb": Refusals(self._kafka, _log),
            }
            self._producer = Producer(settings, logger=_log)
        return self._producer

    def _note_delivery(self, error: object, _message: object) -> None:
        if error is not None:
            self.lost += 1
            if self.lost & (self.lost - 1) == 0:  # the first, and then ever more rarely
                _log.warning("%d ranker updates did not reach Kafka: %s", self.lost, error)
