"""The bare round trip through Kafka, by the clients that the shop uses: what a click cannot be faster than."""

import threading
import time
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from kafka import KafkaProducer

from connections import kafka_client
from connections.kafka_cluster import KafkaCluster
from infra.kafka.topics import connect, create_topic
from online_models.schema.keyspace import Topic

WARM_UP = 100
DEADLINE = 10.0


def measure_round_trip(kafka: KafkaCluster, count: int = 200, rate: float = 50.0, size: int = 250) -> list[float]:
    """Send ``count`` records one by one at a steady rate and return how long each took to come back, in ms.

    The records go through a topic of their own, which is removed in the end. The first hundred warm the way up and
    are not counted.
    """
    topic = f"round-trip-{uuid.uuid4().hex[:12]}"
    admin = connect(kafka)
    create_topic(admin, Topic(topic, 1, {}))
    came_at: dict[int, float] = {}
    sent_at: list[float] = []
    ready, ended = threading.Event(), threading.Event()
    reader = threading.Thread(target=_read, args=(kafka, topic, WARM_UP + count, came_at, ready, ended))
    reader.start()
    producer = kafka_client.connect(KafkaProducer, kafka, acks=1, linger_ms=0)
    try:
        ready.wait(DEADLINE)
        start = time.perf_counter()
        for number in range(WARM_UP + count):
            # The warm-up goes four times as fast.
            due_at = start + (number / (4 * rate) if number < WARM_UP else (number - 0.75 * WARM_UP) / rate)
            time.sleep(max(0.0, due_at - time.perf_counter()))
            sent_at.append(time.perf_counter())
            producer.send(topic, number.to_bytes(4, "big") + bytes(size - 4))
        reader.join(DEADLINE)
    finally:
        ended.set()
        producer.close(timeout=5)
        reader.join()
        admin.delete_topics([topic])
        admin.close()
    return [(came_at[number] - sent_at[number]) * 1_000 for number in sorted(came_at) if number >= WARM_UP]


def _read(
    kafka: KafkaCluster,
    topic: str,
    count: int,
    came_at: dict[int, float],
    ready: threading.Event,
    ended: threading.Event,
) -> None:
    consumer = Consumer({**kafka.librdkafka_options(), "group.id": topic, "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    consumer.poll(0)
    ready.set()
    while len(came_at) < count and not ended.is_set():
        message = consumer.poll(0.1)
        if message is not None and not message.error():
            came_at[int.from_bytes((message.value() or b"")[:4], "big")] = time.perf_counter()
    consumer.close()
