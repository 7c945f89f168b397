"""How consumers and producers of kafka-python are made, so that a failed attempt leaves nothing behind."""

import contextlib
import socket
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.net.compat import KafkaNetClient

_Made = TypeVar("_Made")


KNOCK_TIMEOUT = 1.0


def connect(make: Callable[..., _Made], bootstrap_servers: Sequence[str], **settings: Any) -> _Made:
    """Call kafka-python's ``make``. Raises KafkaError if no broker answers.

    The constructors leave sockets and a thread behind when they raise; a process that tries again and again would
    collect them.
    """
    check_listening(bootstrap_servers)
    clients: list[KafkaNetClient] = []

    def remember_client(**client_settings: Any) -> KafkaNetClient:
        clients.append(KafkaNetClient(**client_settings))
        return clients[-1]

    try:
        return make(
            bootstrap_servers=list(bootstrap_servers), kafka_client=remember_client, metrics_enabled=False, **settings
        )
    except KafkaError:
        for client in clients:
            client.close()
        raise


def check_listening(bootstrap_servers: Sequence[str]) -> None:
    """Raise KafkaConnectionError if nothing listens at any of the addresses."""
    if not any(_listens(server) for server in bootstrap_servers):
        raise KafkaConnectionError(f"nothing listens at {', '.join(bootstrap_servers)}")


def _listens(server: str) -> bool:
    host, _, port = server.rpartition(":")
    with (
        contextlib.suppress(OSError, ValueError),
        socket.create_connection((host.strip("[]"), int(port)), KNOCK_TIMEOUT),
    ):
        return True
    return False
