"""Asks Kafka every few seconds which partitions a topic has, and whether it is still the same topic.

It asks over a connection of its own, in a thread: on the consumer's, the answer would wait behind a fetch.
"""

import logging
import threading
from dataclasses import dataclass

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from connections.kafka_cluster import KafkaCluster

_log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 3.0
ANSWER_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic's id, which a topic that was deleted and made again does not keep, and its partitions."""

    topic_id: str
    partitions: tuple[int, ...]


class TopicWatcher:
    """Looks again and again, from `start` to `close`. With Kafka down, or without the topic, it keeps what it knew."""

    def __init__(self, kafka: KafkaCluster, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self._state: TopicState | None = None
        self._answered, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"partitions of {topic}", daemon=True)

    @property
    def state(self) -> TopicState | None:
        """What Kafka said last; None before its first answer."""
        return self._state

    def wait_for_state(self, timeout: float) -> TopicState | None:
        """Return the first answer, waiting up to ``timeout`` seconds for it."""
        self._answered.wait(timeout)
        return self._state

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stopping.set()

    def _watch(self) -> None:
        # That a broker is away, the consumer says already.
        settings: dict[str, str | int | float | bool] = {
            **self._kafka.librdkafka_options(),
            "client.id": "riverfront-topics",
            "log_level": 0,
        }
        client = AdminClient(settings, logger=_log)
        while not self._stopping.is_set():
            try:
                answers = client.describe_topics(TopicCollection([self._topic]), request_timeout=ANSWER_TIMEOUT)
                found = answers[self._topic].result(2 * ANSWER_TIMEOUT)
                self._state = TopicState(str(found.topic_id), tuple(sorted(part.id for part in found.partitions)))
                self._answered.set()
            except (KafkaException, TimeoutError) as error:
                _log.debug("cannot look for the partitions of %s: %s", self._topic, error)
            self._stopping.wait(SECONDS_BETWEEN_LOOKS)
