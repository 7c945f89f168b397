"""Which servers a command talks to: those that its environment names, else those of the stack that runs here.

A running stack writes down the variables by which it reaches its servers, whether it has started them or not. So a
command in another terminal, without the stack's environment, talks to the same Kafka, Redis and database.
"""

from collections.abc import Mapping

from connections.environment import (
    DEFAULT_KAFKA,
    DEFAULT_REDIS,
    FILE,
    InvalidSetting,
    read_variable,
    variable,
    variables,
    without_password,
)
from connections.kafka_cluster import KafkaCluster
from connections.kafka_settings import KafkaSettings
from infra.errors import CannotRun
from infra.kafka.access import USERS, KafkaAccess
from infra.redis.unix_socket import place_socket
from infra.redis.users import RULES, RedisAccess
from infra.stack.home import Home, running_stack
from infra.stack.passwords import KeptPasswords
from infra.stack.settings import read_settings

KAFKA, REDIS, DATABASE = (variable(name) for name in ("kafka", "redis", "database"))
GROUPS: Mapping[str, frozenset[str]] = {
    KAFKA: variables(KafkaSettings) | {KAFKA},
    REDIS: frozenset({REDIS}),
    DATABASE: frozenset({DATABASE}),
}
"""The variable that names a server, and all those that say how to reach it."""


def environment_here(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the servers of the stack that runs here, as far as it names none of its own."""
    here = dict(environment)
    there = _servers_of_stack(environment)
    for name, group in GROUPS.items():
        if name in there and not _is_named(name, environment):
            for one in group:
                here.pop(one + FILE, None)
                here[one] = there.get(one, "")
    return here


def note_on_servers(environment: Mapping[str, str], *names: str) -> str | None:
    """Return what a user should know of the servers that a command is about to talk to; None if all is plain.

    That is: nothing runs in the folder, so the usual addresses are tried; or something does, and the environment names
    other servers.
    """
    home = Home(read_settings(environment).home)
    if running_stack(home) is None:
        guessed = [name for name in names if not _is_named(name, environment)]
        if not guessed:
            return None
        defaults = {KAFKA: DEFAULT_KAFKA, REDIS: DEFAULT_REDIS, DATABASE: f"{home.folder}/shop.db"}
        tried = " and ".join(f"{name}={defaults[name]}" for name in guessed)
        return f"No Riverfront runs in {home.folder} (RIVERFRONT_HOME): trying {tried}."
    there = _servers_of_stack(environment)
    named = {name: read_variable(name, environment) for name in names if _is_named(name, environment)}
    others = [f"{name}={without_password(url)}" for name, url in named.items() if there.get(name, url) != url]
    if not others:
        return None
    return f"The Riverfront that runs in {home.folder} does not use {' nor '.join(others)}: this command does."


def kafka_here(environment: Mapping[str, str]) -> KafkaCluster:
    """Return how to reach Kafka."""
    settings = read_settings(environment_here(environment))
    return settings.cluster_at(settings.kafka or DEFAULT_KAFKA)


def redis_here(environment: Mapping[str, str]) -> str:
    """Return Redis' address, with the password for it."""
    return read_settings(environment_here(environment)).redis or DEFAULT_REDIS


def own_kafka(home: Home, port: int) -> KafkaAccess:
    """Settle who may use the Kafka of a folder's stack: the same each time. Raises `CannotRun`."""
    return KafkaAccess(port, KeptPasswords(home.passwords).provide("kafka", *USERS))


def own_redis(home: Home) -> RedisAccess:
    """Settle where the Redis of a folder's stack listens and who may use it: the same each time. Raises `CannotRun`."""
    return RedisAccess(place_socket(home.run), KeptPasswords(home.passwords).provide("redis", *RULES))


def _servers_of_stack(environment: Mapping[str, str]) -> dict[str, str]:
    home = Home(read_settings(environment).home)
    return home.read_servers() if running_stack(home) else {}


def _is_named(name: str, environment: Mapping[str, str]) -> bool:
    try:
        return bool(read_variable(name, environment))
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error
