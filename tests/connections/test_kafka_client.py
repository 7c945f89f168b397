"""What a constructor of kafka-python leaves behind when it raises is closed, also after an upgrade of the library."""

import threading

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError

from connections.kafka_client import connect
from connections.kafka_cluster import KafkaCluster
from tests.connections.silent_server import SilentServer


def test_a_producer_that_cannot_be_built_leaves_no_connection_and_no_thread() -> None:
    threads = set(threading.enumerate())
    with SilentServer() as broker:
        threads |= {thread for thread in threading.enumerate() if "_accept" in thread.name}
        with pytest.raises(KafkaError):
            connect(KafkaProducer, KafkaCluster(f"127.0.0.1:{broker.port}"), bootstrap_timeout_ms=300)
        assert broker.accepted > 0
        assert broker.still_open() == 0
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.integration
def test_a_producer_sends_to_a_broker_that_answers(kafka_servers: str, kafka_topic: str) -> None:
    producer = connect(KafkaProducer, KafkaCluster(f" {kafka_servers}"), acks="all", max_block_ms=10_000)
    try:
        assert producer.send(kafka_topic, b"hello").get(timeout=20).offset == 0
    finally:
        producer.close(timeout=1)
