"""The settings of the storefront."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta
from msgspec.structs import force_setattr

from connections.environment import (
    DEFAULT_HOME,
    DEFAULT_HOST,
    DEFAULT_KAFKA,
    DEFAULT_PORT,
    DEFAULT_REDIS,
    SECRET,
    InvalidSetting,
    KafkaServers,
    LogLevel,
    Port,
    RedisUrl,
    TrustedProxies,
    read_environment,
    variable,
)
from connections.kafka_settings import KafkaSettings
from connections.picture_hosts import allowed_hosts
from storefront.security.own_hosts import THIS_MACHINE, OwnHosts

CONSOLE = "console"
SECRET_LENGTH = 32
TRANSLATIONS = Path(__file__).parent / "translations"
# What stands in examples and is typed in a hurry. A random secret in hexadecimal digits holds none of it.
GUESSABLE = ("change", "example", "secret", "password", "riverfront", "default")

_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)+")
_Secret = Meta(extra=SECRET)
_Events = Annotated[int, Meta(ge=1, le=1_000_000, description="a whole number from 1 to 1000000")]
_Places = Annotated[int, Meta(ge=1, le=100_000, description="a whole number from 1 to 100000")]
_Days = Annotated[int, Meta(ge=1, le=365, description="a whole number from 1 to 365")]


class KafkaClient(StrEnum):
    """What sends events to Kafka."""

    KAFKA_PYTHON = "kafka-python"
    LIBRDKAFKA = "librdkafka"


class StorefrontSettings(KafkaSettings, frozen=True, kw_only=True):
    """The storefront's settings. docs/configuration.md says what each is for."""

    home: Path = DEFAULT_HOME
    host: str = DEFAULT_HOST
    port: Port = DEFAULT_PORT
    listen_fd: Annotated[int, Meta(ge=3, le=65_535, description="a file descriptor, from 3")] | None = None
    kafka: KafkaServers = DEFAULT_KAFKA
    kafka_client: KafkaClient = KafkaClient.KAFKA_PYTHON
    redis: RedisUrl = DEFAULT_REDIS
    database: Annotated[
        str, Meta(pattern="^(sqlite:///|postgresql://)", description="a sqlite:/// or postgresql:// URL")
    ] = ""
    demo: bool = False
    allow: tuple[str, ...] = ()
    secret: Annotated[str, _Secret] = ""
    secret_old: Annotated[tuple[str, ...], _Secret] = ()
    hosts: tuple[str, ...] = ()
    picture_hosts: tuple[str, ...] = ()
    varied_lists: bool = True
    language: Annotated[str, Meta(pattern=r"\A[A-Za-z_]{2,20}\Z", description="a language such as de")] = "en"
    metrics_token: Annotated[str, _Secret] = ""
    log_level: LogLevel = "INFO"
    tls: bool = False
    ops_open: bool = False
    behind_proxy: bool = False
    proxy_secret: Annotated[str, _Secret] = ""
    trusted_proxies: TrustedProxies = 0
    events_per_second: Annotated[float, Meta(ge=1, le=100_000, description="a number from 1 to 100000")] = 30.0
    events_burst: _Events = 120
    events_per_address: _Events = 200
    sockets: _Places = 4_000
    sockets_per_address: _Events = 500
    http_connections: _Places = 1_000
    spool_bytes: Annotated[int, Meta(ge=2**12, le=2**40, description=f"bytes, from {2**12} to {2**40}")] = 64 * 2**20
    address: Annotated[str, Meta(pattern="^https?://", description="an http:// or https:// URL")] = ""
    prefix: Annotated[str, Meta(pattern=rf"\A{_PREFIX.pattern}/?\Z", description="a path such as /shop")] = ""
    mail: Annotated[
        str,
        # It may hold a password.
        Meta(pattern=rf"\A({CONSOLE}\Z|smtps?://)", description="console, or an smtp:// or smtps:// URL", extra=SECRET),
    ] = CONSOLE
    mail_from: str = "Riverfront <shop@localhost>"
    confirm_addresses: bool | None = None
    session_idle_days: _Days = 14
    session_days: _Days = 90

    def __post_init__(self) -> None:
        super().__post_init__()
        force_setattr(self, "database", self.database or f"sqlite:///{self.home}/shop.db")
        force_setattr(self, "hosts", tuple(host.lower() for host in self.hosts))
        force_setattr(self, "host", self.host.strip("[]"))
        force_setattr(self, "address", self.address.rstrip("/"))
        force_setattr(self, "prefix", prefix_of(self.prefix, self.address))
        if self.confirm_addresses is None:
            # Emails that only the operator can read would keep everybody out.
            force_setattr(self, "confirm_addresses", self.mail != CONSOLE)

    @property
    def public_address(self) -> str:
        """Scheme and host at which visitors reach the shop: links in emails begin so. Never taken from a request."""
        if self.address:
            return self.address.removesuffix(urlsplit(self.address).path)
        return f"{'https' if self.tls else 'http'}://{self.listens_at}"

    @property
    def listens_at(self) -> str:
        """Address and port on which the shop listens, as they stand in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """What the shop answers to: this machine's names, the address it listens on, its public one, and ``hosts``."""
        return (*THIS_MACHINE, self.host, urlsplit(self.address).hostname or "", *self.hosts)

    @property
    def connections(self) -> int:
        """How many connections there may be in all: two for each page's socket, which changes from one to the other."""
        return 2 * self.sockets + 2 * self.http_connections

    @property
    def spool(self) -> Path:
        """Where events wait while Kafka is down. See `spool_folder` for several storefronts in one folder."""
        return self.home / "spool" / f"storefront-{self.port}.jsonl"


def prefix_of(prefix: str, address: str) -> str:
    """Return the path below which a shop is: the one given, else that of its public address.

    >>> prefix_of("/shop/", ""), prefix_of("", "https://a.example/shop/"), prefix_of("", "https://shop.example")
    ('/shop', '/shop', '')
    """
    return prefix.rstrip("/") or urlsplit(address).path.rstrip("/")


def read_settings(environment: Mapping[str, str] | None = None) -> StorefrontSettings:
    """Read the settings from a mapping, the process environment unless told otherwise.

    Who serves with them reads them by `storefront.production`, which asks for more.

    Raises
    ------
    InvalidSetting
        If a value cannot be used, or if outside of a demo there is no secret that nobody can guess.
    """
    settings = read_environment(StorefrontSettings, os.environ if environment is None else environment)
    check_values(settings)
    return settings


def check_values(settings: StorefrontSettings) -> None:
    """Check what the types of single values cannot say. Raises `InvalidSetting`."""
    if not settings.demo:
        secrets = [("secret", settings.secret), *(("secret_old", old) for old in settings.secret_old)]
        for field, text in secrets:
            if problem := secret_problem(text, field):
                raise InvalidSetting(f"{problem} To try the shop on this machine, set RIVERFRONT_DEMO=1 instead.")
    if settings.database.startswith("postgresql:"):
        _check_database(settings.database)
    allowed_hosts(settings.picture_hosts)
    _check_prefix(settings)
    if settings.language != "en" and not (TRANSLATIONS / f"{settings.language}.po").exists():
        raise InvalidSetting(f"{variable('language')} is {settings.language!r}, which the shop has no texts in.")
    for host in settings.hosts:
        _check_host(host)
    if 0 < len(settings.metrics_token) < SECRET_LENGTH:
        raise InvalidSetting(f"{variable('metrics_token')} is too short: {SECRET_LENGTH} characters at least.")


def _check_database(url: str) -> None:
    from storefront.database.postgres_url import InvalidURL, check_url

    try:
        check_url(url)
    except InvalidURL as error:
        raise InvalidSetting(f"{variable('database')} cannot be used: {error}.") from error


def _check_prefix(settings: StorefrontSettings) -> None:
    path = urlsplit(settings.address).path
    if path not in ("", settings.prefix):
        raise InvalidSetting(
            f"{variable('prefix')} is {settings.prefix}, and {variable('address')} has the path {path}: "
            "give one of them."
        )
    if settings.prefix and not _PREFIX.fullmatch(settings.prefix):
        raise InvalidSetting(
            f"{variable('address')} has a path that a shop cannot be at: of letters, digits and . _ ~ -, not {path}."
        )


def _check_host(host: str) -> None:
    try:
        OwnHosts((host,))
    except ValueError:
        raise InvalidSetting(
            f"{variable('hosts')} names {host!r}, which is no host: give names such as shop.example, or .shop.example "
            "for all below it, separated by commas."
        ) from None


def secret_problem(text: str, field: str) -> str:
    """Return what is wrong with a secret, and what to do; empty if nothing is."""
    name, how = variable(field), "Print a new one with `riverfront secret`."
    if not text:
        return f"{name} is not set: it signs the cookies of everybody who signs in. {how}"
    if len(text) < SECRET_LENGTH:
        return f"{name} is too short: {SECRET_LENGTH} characters at least. {how}"
    if len(set(text)) < 8 or any(word in text.lower() for word in GUESSABLE):
        return f"{name} can be guessed: it looks like an example. {how}"
    return ""
