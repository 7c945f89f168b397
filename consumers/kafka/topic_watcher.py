"""Asks Kafka every few seconds which partitions topics have, and whether they are still the same topics.

It asks over a connection of its own, in a thread: on the consumer's, the answer would wait behind a fetch.
"""

import logging
import threading
from collections.abc import Sequence
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
    """Looks again and again, from `start` to `close`. With Kafka down, or without a topic, it keeps what it knew."""

    def __init__(self, kafka: KafkaCluster, topics: Sequence[str]) -> None:
        self._kafka = kafka
        self._topics = list(topics)
        self._states: dict[str, TopicState] = {}
        self._answered, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"partitions of {topics[0]}", daemon=True)

    def state(self, topic: str) -> TopicState | None:
        """Return what Kafka said last; None before its first answer."""
        return self._states.get(topic)

    def wait_for_states(self, timeout: float) -> None:
        """Wait for the first answer, up to ``timeout`` seconds."""
        self._answered.wait(timeout)

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
            for topic in self._topics:
                self._look(client, topic)
            if self._states:
                self._answered.set()
            self._stopping.wait(SECONDS_BETWEEN_LOOKS)

    def _look(self, client: AdminClient, topic: str) -> None:
        try:
            answers = client.describe_topics(TopicCollection([topic]), request_timeout=ANSWER_TIMEOUT)
            found = answers[topic].result(2 * ANSWER_TIMEOUT)
        except (KafkaException, TimeoutError) as error:
            _log.debug("cannot look for the partitions of %s: %s", topic, error)
            return
        state = TopicState(str(found.topic_id), tuple(sorted(part.id for part in found.partitions)))
        # The same value stays the same object: readers see by it whether anything has changed.
        if state != self._states.get(topic):
            self._states[topic] = state
