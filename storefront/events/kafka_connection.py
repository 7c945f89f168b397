"""How the storefront connects to Kafka: by the client that the settings name, and only where somebody listens."""

from connections.kafka_cluster import KafkaCluster
from connections.listening import is_listening
from storefront.events.producer import CONNECT_SECONDS, Connect, KafkaUnavailable, Producer
from storefront.settings import KafkaClient


def connect_by(client: KafkaClient) -> Connect:
    """Return what connects by this client."""
    make = _maker(client)

    def connect(kafka: KafkaCluster) -> Producer:
        if not is_listening(kafka.servers, CONNECT_SECONDS):
            raise KafkaUnavailable(f"nothing listens at {kafka.servers}")
        return make(kafka)

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
