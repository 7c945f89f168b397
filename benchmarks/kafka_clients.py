"""The round trip through Kafka by pairs of clients: kafka-python or librdkafka, sending and reading.

Run as ``python benchmarks/kafka_clients.py SERVERS``, with the address of a broker that has nothing else to do. Prints
a Markdown table: how long a record takes to come back, and the processor time that this process spends on it.
"""

import argparse
import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import confluent_kafka
import kafka

from infra.bench.latency import slashes
from infra.bench.timing import summarize
from infra.kafka.topics import connect, create_topic
from online_models.schema.keyspace import Topic

PARTITIONS = 4
COUNT, WARM_UP, RATE = 400, 100, 50.0
PAYLOAD = bytes(246)
DEADLINE = 30.0

Read = Callable[[str, str], Iterator[bytes | None]]
Send = Callable[[str, str], Callable[[int, bytes], Any]]


def read_by_kafka_python(servers: str, topic: str) -> Iterator[bytes | None]:
    consumer = kafka.KafkaConsumer(bootstrap_servers=servers.split(","), auto_offset_reset="earliest")
    consumer.assign([kafka.TopicPartition(topic, number) for number in range(PARTITIONS)])
    while True:
        yield None
        for records in consumer.poll(timeout_ms=100).values():
            yield from (record.value for record in records)


def read_by_librdkafka(servers: str, topic: str) -> Iterator[bytes | None]:
    consumer = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": topic, "enable.auto.commit": False})
    consumer.assign([confluent_kafka.TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    while True:
        message = consumer.poll(0.1)
        yield message.value() if message is not None and not message.error() else None


def send_by_kafka_python(servers: str, topic: str) -> Callable[[int, bytes], Any]:
    producer = kafka.KafkaProducer(bootstrap_servers=servers.split(","), acks="all", enable_idempotence=True)
    return lambda partition, value: producer.send(topic, value, partition=partition)


def send_by_librdkafka(servers: str, topic: str) -> Callable[[int, bytes], Any]:
    producer = confluent_kafka.Producer({"bootstrap.servers": servers, "enable.idempotence": True, "linger.ms": 0})

    def send(partition: int, value: bytes) -> None:
        producer.produce(topic, value, partition=partition)
        producer.poll(0)

    return send


SENDING: dict[str, Send] = {"kafka-python": send_by_kafka_python, "librdkafka": send_by_librdkafka}
READING: dict[str, Read] = {"kafka-python": read_by_kafka_python, "librdkafka": read_by_librdkafka}


def measure(servers: str, send: Send, read: Read) -> tuple[dict[str, float] | None, float]:
    """Return the quantiles of the round trip in ms, and the processor time for a record in ms."""
    topic = f"clients-{uuid.uuid4().hex[:12]}"
    create_topic(connect(servers), Topic(topic, PARTITIONS, {}))
    came_at: dict[int, float] = {}
    ready = threading.Event()

    def note() -> None:
        deadline = time.monotonic() + DEADLINE
        for value in read(servers, topic):
            ready.set()
            if value is not None:
                came_at[int.from_bytes(value[:4], "big")] = time.perf_counter()
            if len(came_at) == COUNT or time.monotonic() > deadline:
                return

    reader = threading.Thread(target=note)
    reader.start()
    ready.wait(DEADLINE)
    give = send(servers, topic)
    spent, start, sent_at = time.process_time(), time.perf_counter(), []
    for number in range(COUNT):
        time.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        sent_at.append(time.perf_counter())
        give(number % PARTITIONS, number.to_bytes(4, "big") + PAYLOAD)
    reader.join()
    spent = (time.process_time() - spent) * 1_000 / COUNT
    return summarize([(came_at[n] - sent_at[n]) * 1_000 for n in sorted(came_at) if n >= WARM_UP]), spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers")
    servers = parser.parse_args().servers
    print("| sent by | read by | p50 / p90 / p99, ms | processor time for a record, ms |\n| --- | --- | --- | --- |")
    for (sender, send), (reader, read) in itertools.product(SENDING.items(), READING.items()):
        quantiles, spent = measure(servers, send, read)
        print(f"| {sender} | {reader} | {slashes(quantiles)} | {spent:.2f} |", flush=True)


if __name__ == "__main__":
    main()
