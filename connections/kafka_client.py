"""Clients of kafka-python that leave nothing behind when they cannot be built.

The library's constructors keep their sockets and a thread when they raise; a process that tries again and again would
collect them. ``kafka_client``, a documented option, lets the inner client be remembered, so that it can be closed.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kafka.errors import KafkaError

from connections.listening import bootstrap_servers

_Built = TypeVar("_Built")


def connect(build: Callable[..., _Built], servers: str, **settings: Any) -> _Built:
    """Call ``build``, a class of kafka-python, and close what it leaves behind if it raises KafkaError.

    Ask `is_listening` first: while nothing listens, a constructor tries for long.
    """
    clients: list[Any] = []
    defaults: dict[str, Any] = build.DEFAULT_CONFIG  # type: ignore[attr-defined]  # a class of an untyped library

    def remember_client(**client_settings: Any) -> Any:
        clients.append(defaults["kafka_client"](**client_settings))
        return clients[-1]

    if "metrics_enabled" in defaults:
        settings["metrics_enabled"] = False
    try:
        return build(bootstrap_servers=bootstrap_servers(servers), kafka_client=remember_client, **settings)
    except KafkaError:
        for client in clients:
            client.close()
        raise
