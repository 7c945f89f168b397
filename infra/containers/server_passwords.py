"""The passwords of the servers in ``docker-compose.yml``, in files: a folder, and so a volume, for each who needs some.

They come from the environment, as ``riverfront secret --env`` prints them. A demo makes those that are missing, once. A
shop for others does not start without them, nor without all else that it needs: its settings are checked here, before
any server starts, so that one message says what is missing.

Servers run under users of their own, so their files are readable for the group that compose adds to them. What only the
product's processes read, nobody else can.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from connections.environment import InvalidSetting, read_environment
from connections.permissions import write_private
from infra.errors import CannotRun
from infra.redis.users import PROCESSES, RULES, SUPERVISOR
from infra.stack.passwords import KeptPasswords
from storefront.production import ADVICE, missing_of
from storefront.settings import StorefrontSettings

VARIABLES: Mapping[str, str] = {
    "REDIS_PASSWORD": "Redis",
    "KAFKA_PASSWORD": "Kafka",
    "POSTGRES_PASSWORD": "PostgreSQL",
}
METRICS_TOKEN = "RIVERFRONT_METRICS_TOKEN"  # noqa: S105 - the name of a variable
NAME = "riverfront"
"""Under which the processes log in everywhere."""

FOR_A_GROUP = 0o640
_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_PLAIN = re.compile(r"[A-Za-z0-9._~-]{1,128}")


@dataclass(frozen=True, slots=True)
class ServerPasswords:
    """All that the servers ask for, and the token of the metrics."""

    redis: str = field(repr=False)
    kafka: str = field(repr=False)
    postgres: str = field(repr=False)
    redis_supervisor: str = field(repr=False)
    redis_health: str = field(repr=False)
    kafka_broker: str = field(repr=False)
    metrics_token: str = field(repr=False)

    @property
    def redis_url(self) -> str:
        """Where the processes find Redis."""
        return f"redis://{PROCESSES}:{quote(self.redis, safe='')}@redis:6379/0"

    @property
    def database_url(self) -> str:
        """Where the storefronts find their database."""
        return f"postgresql://{NAME}:{quote(self.postgres, safe='')}@postgres:5432/riverfront"

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield each file's path and content."""
        yield "shop/redis", self.redis_url
        yield "shop/kafka", self.kafka
        yield "storefront/database", self.database_url
        yield "metrics/token", self.metrics_token
        yield "redis/health", self.redis_health
        yield "redis/users.acl", self._redis_users()
        yield "kafka/server.properties", f"listener.name.inside.plain.sasl.jaas.config={self._kafka_users()}"
        yield "kafka/client.properties", self._kafka_client()
        yield "postgres/password", self.postgres

    def _redis_users(self) -> str:
        users = {PROCESSES: (self.redis, RULES[PROCESSES]), SUPERVISOR: (self.redis_supervisor, RULES[SUPERVISOR])}
        users["health"] = (self.redis_health, "+ping")
        lines = [
            f"user {user} on #{sha256(word.encode()).hexdigest()} {rules}" for user, (word, rules) in users.items()
        ]
        return "\n".join(["user default off", *lines])

    def _kafka_users(self) -> str:
        own = f'{_LOGIN} required username="broker" password="{self.kafka_broker}"'
        return f'{own} user_broker="{self.kafka_broker}" user_{NAME}="{self.kafka}";'

    def _kafka_client(self) -> str:
        login = f'{_LOGIN} required username="broker" password="{self.kafka_broker}";'
        return f"security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config={login}"


OWN_FOLDERS = ("shop", "storefront")
"""What only the product's processes read."""


def provide_passwords(folder: Path, environment: Mapping[str, str]) -> None:
    """Write all files, each time the same ones unless the environment says otherwise. Raises `CannotRun`."""
    kept = KeptPasswords(folder / "kept" / "passwords.json")
    made = kept.provide("compose", *VARIABLES, METRICS_TOKEN, "supervisor", "health", "broker")
    words = {name: environment.get(name, "").strip() or made[name] for name in (*VARIABLES, METRICS_TOKEN)}
    passwords = ServerPasswords(
        redis=words["REDIS_PASSWORD"],
        kafka=words["KAFKA_PASSWORD"],
        postgres=words["POSTGRES_PASSWORD"],
        redis_supervisor=made["supervisor"],
        redis_health=made["health"],
        kafka_broker=made["broker"],
        metrics_token=words[METRICS_TOKEN],
    )
    check(passwords, environment)
    for name, text in passwords.files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, f"{text}\n")
        if not name.startswith(OWN_FOLDERS):
            path.chmod(FOR_A_GROUP)


def check(passwords: ServerPasswords, environment: Mapping[str, str]) -> None:
    """Refuse what a shop for others must not start with. Raises `CannotRun` that says all of it."""
    there = {
        "RIVERFRONT_REDIS": passwords.redis_url,
        "RIVERFRONT_DATABASE": passwords.database_url,
        "RIVERFRONT_KAFKA": "kafka:19092",
        "RIVERFRONT_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "RIVERFRONT_KAFKA_USER": NAME,
        "RIVERFRONT_KAFKA_PASSWORD": passwords.kafka,
    }
    missing = [] if _PLAIN.fullmatch(passwords.kafka) else ["KAFKA_PASSWORD may hold letters, digits and . _ ~ - only."]
    try:
        settings = read_environment(StorefrontSettings, {**environment, **there})
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error
    if not settings.demo:
        missing += [
            f"{name} is not set: {server}'s password. Print one with `riverfront secret`."
            for name, server in VARIABLES.items()
            if not environment.get(name, "").strip()
        ]
        missing += missing_of(settings, environment)
    if missing:
        raise CannotRun("\n".join([*missing, ADVICE]))
