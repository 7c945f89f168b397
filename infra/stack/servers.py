"""Which Kafka and Redis a command talks to: those of the environment, else those of the stack that runs here."""

from collections.abc import Mapping

from connections.environment import DEFAULT_KAFKA, DEFAULT_REDIS
from infra.programs.ports import LOOPBACK
from infra.redis.server import url_of
from infra.stack.home import Home, running_stack
from infra.stack.settings import StackSettings, read_settings


def kafka_here(environment: Mapping[str, str]) -> str:
    """Return Kafka's bootstrap servers."""
    settings = read_settings(environment)
    port = port_of_stack(settings, "kafka")
    return settings.kafka or (f"{LOOPBACK}:{port}" if port else DEFAULT_KAFKA)


def redis_here(environment: Mapping[str, str]) -> str:
    """Return Redis' address."""
    settings = read_settings(environment)
    port = port_of_stack(settings, "redis")
    return settings.redis or (url_of(port) if port else DEFAULT_REDIS)


def port_of_stack(settings: StackSettings, name: str) -> int | None:
    """Return the port of a server of the stack that runs here; None if none runs."""
    home = Home(settings.home)
    return home.known_port(name) if running_stack(home) else None
