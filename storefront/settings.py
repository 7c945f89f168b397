"""What the storefront is told by its environment, read once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

CONSOLE = "console"
SECRET_LENGTH = 32
# What stands in examples and is typed in a hurry. A random secret in hexadecimal digits holds none of it.
GUESSABLE = ("change", "example", "secret", "password", "riverfront", "default")


class InvalidSetting(ValueError):
    """An environment variable has a value that cannot be used. Correct it and start again."""


class KafkaClient(StrEnum):
    """What sends events to Kafka."""

    KAFKA_PYTHON = "kafka-python"
    LIBRDKAFKA = "librdkafka"


@dataclass(frozen=True, slots=True)
class Settings:
    """The storefront's settings. Each one is an environment variable with the prefix ``RIVERFRONT_``."""

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    kafka: str = "localhost:9092"
    kafka_client: KafkaClient = KafkaClient.KAFKA_PYTHON
    redis: str = field(default="redis://localhost:6379/0", repr=False)
    database: str = field(default="sqlite:///var/shop.db", repr=False)
    demo: bool = False
    secret: str = field(default="", repr=False)
    secret_old: tuple[str, ...] = field(default=(), repr=False)
    hosts: tuple[str, ...] = ()
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"
    tls: bool = False
    ops_open: bool = False
    trusted_proxies: int = 0
    events_per_second: float = 30.0
    events_burst: int = 120
    events_per_address: int = 200
    sockets_per_address: int = 500
    spool_bytes: int = 64 * 2**20
    address: str = ""
    mail: str = CONSOLE
    mail_from: str = "Riverfront <shop@localhost>"
    confirm_addresses: bool = False
    session_idle_days: int = 14
    session_days: int = 90

    @property
    def public_address(self) -> str:
        """Where visitors reach the shop: what links in letters begin with. Never taken from a request."""
        return self.address or f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def spool(self) -> Path:
        """Where events wait while Kafka is down. One file per storefront process."""
        return self.home / "spool" / f"storefront-{self.port}.jsonl"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from a mapping, the process environment unless told otherwise.

    Raises
    ------
    InvalidSetting
        If a value cannot be used, or if outside of a demo there is no secret that nobody can guess.
    """
    variables = os.environ if environment is None else environment
    given = {
        name.removeprefix("RIVERFRONT_"): value.strip()
        for name, value in variables.items()
        if name.startswith("RIVERFRONT_") and value.strip()
    }
    default = Settings()
    home = Path(given.get("HOME", str(default.home)))
    return Settings(
        home=home,
        host=given.get("HOST", default.host),
        port=_whole(given, "PORT", default.port, 1, 65_535),
        kafka=given.get("KAFKA", default.kafka),
        kafka_client=_kafka_client(given.get("KAFKA_CLIENT", default.kafka_client)),
        redis=_redis_url(given.get("REDIS", default.redis)),
        database=_database_url(given.get("DATABASE", f"sqlite:///{home}/shop.db")),
        demo=(demo := _flag(given, "DEMO", default=default.demo)),
        secret=_secret(given.get("SECRET", ""), "SECRET", demo=demo),
        secret_old=tuple(_secret(old, "SECRET_OLD", demo=demo) for old in _words(given.get("SECRET_OLD", ""))),
        hosts=tuple(host.lower() for host in _words(given.get("HOSTS", ""))),
        metrics_token=_token(given.get("METRICS_TOKEN", "")),
        log_level=_level(given.get("LOG_LEVEL", default.log_level)),
        tls=_flag(given, "TLS", default=default.tls),
        ops_open=_flag(given, "OPS_OPEN", default=default.ops_open),
        trusted_proxies=_whole(given, "TRUSTED_PROXIES", default.trusted_proxies, 0, 10),
        events_per_second=float(_whole(given, "EVENTS_PER_SECOND", int(default.events_per_second), 1, 100_000)),
        events_burst=_whole(given, "EVENTS_BURST", default.events_burst, 1, 1_000_000),
        events_per_address=_whole(given, "EVENTS_PER_ADDRESS", default.events_per_address, 1, 1_000_000),
        sockets_per_address=_whole(given, "SOCKETS_PER_ADDRESS", default.sockets_per_address, 1, 1_000_000),
        spool_bytes=_whole(given, "SPOOL_BYTES", default.spool_bytes, 2**12, 2**40),
        address=_address(given.get("ADDRESS", default.address)),
        mail=(mail := _mail(given.get("MAIL", default.mail))),
        mail_from=given.get("MAIL_FROM", default.mail_from),
        # Letters that only the operator can read would keep everybody out.
        confirm_addresses=_flag(given, "CONFIRM_ADDRESSES", default=mail != CONSOLE),
        session_idle_days=_whole(given, "SESSION_IDLE_DAYS", default.session_idle_days, 1, 365),
        session_days=_whole(given, "SESSION_DAYS", default.session_days, 1, 365),
    )


def _whole(given: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise InvalidSetting(f"RIVERFRONT_{name} must be a whole number, not {text!r}") from None
    if not lowest <= number <= highest:
        raise InvalidSetting(f"RIVERFRONT_{name} must lie between {lowest} and {highest}, not {number}")
    return number


def _flag(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name, "").lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise InvalidSetting(f"RIVERFRONT_{name} must be 1 or 0, not {text!r}")


def _kafka_client(text: str) -> KafkaClient:
    try:
        return KafkaClient(text.lower())
    except ValueError:
        raise InvalidSetting(f"RIVERFRONT_KAFKA_CLIENT must be {' or '.join(KafkaClient)}, not {text!r}") from None


def _level(text: str) -> str:
    level = text.upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise InvalidSetting(f"RIVERFRONT_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {text!r}")
    return level


def _secret(text: str, name: str, *, demo: bool) -> str:
    if demo:
        return text
    how = "Print a new one with `riverfront secret`. To try the shop on this machine, set RIVERFRONT_DEMO=1 instead."
    if not text:
        raise InvalidSetting(f"RIVERFRONT_{name} is not set: it signs the cookies of everybody who signs in. {how}")
    if len(text) < SECRET_LENGTH:
        raise InvalidSetting(f"RIVERFRONT_{name} is too short: {SECRET_LENGTH} characters at least. {how}")
    if len(set(text)) < 8 or any(word in text.lower() for word in GUESSABLE):
        raise InvalidSetting(f"RIVERFRONT_{name} can be guessed: it looks like an example. {how}")
    return text


def _token(text: str) -> str:
    if text and len(text) < SECRET_LENGTH:
        raise InvalidSetting(f"RIVERFRONT_METRICS_TOKEN is too short: {SECRET_LENGTH} characters at least.")
    return text


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def without_password(url: str) -> str:
    """Return an address as it may be shown: without the name and password that it may hold."""
    return re.sub(r"[^/]*@", "***@", url)


def _address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise InvalidSetting(f"RIVERFRONT_ADDRESS must start with http:// or https://, not {text!r}")
    return text.rstrip("/")


def _mail(text: str) -> str:
    if text != CONSOLE and not text.startswith(("smtp://", "smtps://")):
        # Without the value: it may hold a password.
        raise InvalidSetting("RIVERFRONT_MAIL must be console, or start with smtp:// or smtps://")
    return text


def _redis_url(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        shown = without_password(text)
        raise InvalidSetting(f"RIVERFRONT_REDIS must start with redis://, rediss:// or unix://, not {shown!r}")
    return text


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://")):
        shown = without_password(text)
        raise InvalidSetting(f"RIVERFRONT_DATABASE must start with sqlite:/// or postgresql://, not {shown!r}")
    return text
