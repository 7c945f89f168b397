"""How the storefront connects to Kafka. An attempt that fails leaves nothing behind."""

import logging
import socket
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0


class Producer(KafkaProducer):  # type: ignore[misc]  # kafka-python is not typed
    """A producer that can be given up: it closes even if what is under way cannot be sent."""

    def flush(self, timeout: float | None = None) -> None:
        """Wait for what is under way, but no longer than told."""
        try:
            super().flush(timeout)
        except KafkaTimeoutError as error:
            log.debug("Kafka did not confirm every event in time: %s", error)


def make_producer(bootstrap: str) -> Any:
    """Connect a producer. Raises `KafkaError` if no broker answers in `CONNECT_SECONDS`.

    kafka-python's constructor keeps its sockets and its thread when it raises, and they go on working: whoever tries
    again every second would soon do nothing else. So it is called only when somebody listens, and its client is
    closed if it raises all the same.
    """
    servers = bootstrap.split(",")
    if not any(_listens(server.strip()) for server in servers):
        raise KafkaConnectionError(f"nothing listens at {bootstrap}")
    clients: list[Any] = []

    def make_client(**settings: Any) -> Any:
        clients.append(KafkaNetClient(**settings))
        return clients[-1]

    try:
        return Producer(
            bootstrap_servers=servers,
            client_id="riverfront-storefront",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_block_ms=200,
            request_timeout_ms=3_000,
            delivery_timeout_ms=5_000,
            bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
            reconnect_backoff_max_ms=1_000,
            metrics_enabled=False,
            kafka_client=make_client,
        )
    except KafkaError:
        for client in clients:
            client.close()
        raise


def _listens(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
