"""Clients of kafka-python that say why Kafka refuses them, and leave nothing behind when they cannot be built.

The library's constructors keep their sockets and a thread when they raise; a process that tries again and again would
collect them. ``kafka_client``, a documented option, lets the inner client be remembered, so that it can be closed.

They also raise nothing but that time is up. Why a connection failed is told by its ``init_future``: to get at it, the
manager's ``get_connection`` is wrapped while the client is built. Both are private to the library.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from kafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from connections.kafka_cluster import KafkaCluster
from connections.kafka_refusal import refused_encryption, refused_login

_Built = TypeVar("_Built")

_LOGIN = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError, IllegalSaslStateError)

# At each connection it warns that a login goes over a wire without encryption: whoever set that up knows.
logging.getLogger("kafka.net.sasl").setLevel(logging.ERROR)


class ClusterRefused(KafkaError):  # type: ignore[misc]  # kafka-python is not typed
    """A broker is there and refuses this client. The message says what to correct; another attempt will not help."""

    def __str__(self) -> str:
        return str(self.args[0])


def connect(build: Callable[..., _Built], kafka: KafkaCluster, **settings: Any) -> _Built:
    """Call ``build``, a class of kafka-python, and close what it leaves behind if it raises KafkaError.

    Ask `is_listening` first: while nothing listens, a constructor tries for long. Raises `ClusterRefused` where brokers
    do not let the client in.
    """
    clients: list[Any] = []
    failures: list[Exception] = []
    defaults: dict[str, Any] = build.DEFAULT_CONFIG  # type: ignore[attr-defined]  # a class of an untyped library

    def remember_client(**client_settings: Any) -> Any:
        clients.append(defaults["kafka_client"](**client_settings))
        _remember_failures(clients[-1]._manager, failures)
        return clients[-1]

    if "metrics_enabled" in defaults:
        settings["metrics_enabled"] = False
    try:
        built = build(kafka_client=remember_client, **kafka.kafka_python_options(), **settings)
    except KafkaError as error:
        for client in clients:
            client.close()
        if reason := next(filter(None, (_refusal(kafka, failure) for failure in reversed(failures))), ""):
            raise ClusterRefused(reason) from error
        raise
    for client in clients:
        del client._manager.get_connection
    return built


def _remember_failures(manager: Any, failures: list[Exception]) -> None:
    get_connection = manager.get_connection

    def get(*arguments: Any, **options: Any) -> Any:
        connection = get_connection(*arguments, **options)
        connection.init_future.add_errback(partial(note, connection))
        return connection

    def note(connection: Any, failure: Exception) -> None:
        if isinstance(failure, _LOGIN) or not connection.sasl_enabled or connection.broker_version_data is None:
            failures.append(failure)
        else:
            # The broker had told its version: the login is next. One that refuses it says why and hangs up, and the
            # library reads no more of a connection that was hung up.
            why = failure if isinstance(failure, ValueError) else "the broker hung up during the login"
            failures.append(SaslAuthenticationFailedError(why))

    manager.get_connection = get


def _refusal(kafka: KafkaCluster, failure: Exception) -> str:
    if isinstance(failure, _LOGIN):
        return refused_login(kafka, failure)
    if isinstance(failure, KafkaConnectionError) and ("Handshake failed" in str(failure) or "SSL" in str(failure)):
        return refused_encryption(kafka, failure)
    return ""
