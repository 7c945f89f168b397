"""Which Kafka and Redis a command talks to: those of the environment, else those of the stack that runs here."""

from collections.abc import Mapping

from connections.environment import DEFAULT_KAFKA, DEFAULT_REDIS
from connections.kafka_cluster import KafkaCluster
from infra.kafka.access import SUPERVISOR, USERS, KafkaAccess
from infra.redis.unix_socket import place_socket
from infra.redis.users import RULES, RedisAccess
from infra.stack.home import Home, running_stack
from infra.stack.passwords import Passwords
from infra.stack.settings import StackSettings, read_settings


def kafka_here(environment: Mapping[str, str]) -> KafkaCluster:
    """Return how to reach Kafka."""
    settings = read_settings(environment)
    port = port_of_stack(settings, "kafka")
    if port and not settings.kafka:
        return own_kafka(Home(settings.home), port).cluster(SUPERVISOR)
    return settings.cluster_at(settings.kafka or DEFAULT_KAFKA)


def redis_here(environment: Mapping[str, str]) -> str:
    """Return Redis' address, with the password for it."""
    settings = read_settings(environment)
    home = Home(settings.home)
    servers = home.read_servers() if running_stack(home) else {}
    return settings.redis or servers.get("redis", DEFAULT_REDIS)


def own_kafka(home: Home, port: int) -> KafkaAccess:
    """Settle who may use the Kafka of a folder's stack: the same each time. Raises `CannotRun`."""
    return KafkaAccess(port, Passwords(home.passwords).provide("kafka", *USERS))


def own_redis(home: Home) -> RedisAccess:
    """Settle where the Redis of a folder's stack listens and who may use it: the same each time. Raises `CannotRun`."""
    return RedisAccess(place_socket(home.run), Passwords(home.passwords).provide("redis", *RULES))


def port_of_stack(settings: StackSettings, name: str) -> int | None:
    """Return the port of a server of the stack that runs here; None if none runs."""
    home = Home(settings.home)
    return home.known_port(name) if running_stack(home) else None
