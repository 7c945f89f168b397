"""Tells the learners of new weights, through a topic of one partition."""

import contextlib
import logging

from confluent_kafka import KafkaException, Producer

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from online_models.schema.weights_record import WeightsRecord, encode
from training.errors import OutOfReach

_log = logging.getLogger(__name__)

ANSWER_TIMEOUT = 10.0


class WeightsPublisher:
    """Appends records. The connection is made by the first."""

    def __init__(self, kafka: KafkaCluster, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self._producer: Producer | None = None
        self._refused: list[object] = []

    def publish(self, record: WeightsRecord) -> None:
        """Append a record, and wait until it is safe. Raises `OutOfReach` if that is not known in time."""
        self._refused.clear()
        try:
            producer = self._connect()
            producer.produce(self._topic, value=encode(record), partition=0, on_delivery=self._note_delivery)
            waiting = producer.flush(ANSWER_TIMEOUT)
            if waiting:
                producer.purge()
        except (BufferError, KafkaException) as error:
            raise OutOfReach(f"Kafka takes no weights: {error}") from error
        if waiting or self._refused:
            raise OutOfReach(f"Kafka takes no weights: {self._refused or 'no answer in time'}")

    def close(self) -> None:
        """Disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaException):
                producer.flush(0)

    def _connect(self) -> Producer:
        if self._producer is None:
            settings = {
                **self._kafka.librdkafka_options(),
                "client.id": "riverfront-refit",
                "acks": "all",
                "message.timeout.ms": int(ANSWER_TIMEOUT * 1_000),
                "reconnect.backoff.max.ms": 500,
                "error_cb": Refusals(self._kafka, _log),
            }
            self._producer = Producer(settings, logger=_log)
        return self._producer

    def _note_delivery(self, error: object, _message: object) -> None:
        if error is not None:
            self._refused.append(error)
