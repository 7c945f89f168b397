"""How the storefront connects to Kafka: by the client that the settings name, and only where somebody listens."""

import socket

from storefront.events.producer import CONNECT_SECONDS, Connect, KafkaUnavailable, Producer
from storefront.settings import KafkaClient


def connect_by(client: KafkaClient) -> Connect:
    """Return what connects by this client."""
    make = _maker(client)

    def connect(bootstrap: str) -> Producer:
        if not any(_listens(server.strip()) for server in bootstrap.split(",")):
            raise KafkaUnavailable(f"nothing listens at {bootstrap}")
        return make(bootstrap)

    return connect


def _maker(client: KafkaClient) -> Connect:
    # Only the client that is used is loaded: kafka-python takes most of a second.
    match client:
        case KafkaClient.KAFKA_PYTHON:
            from storefront.events.kafka_python import KafkaPythonProducer

            return KafkaPythonProducer
        case KafkaClient.LIBRDKAFKA:
            from storefront.events.librdkafka import LibrdkafkaProducer

            return LibrdkafkaProducer


def _listens(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
