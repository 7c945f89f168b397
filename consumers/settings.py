"""What the learner and the monitor are told by the environment. Nothing else reads it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from consumers.errors import InvalidSettings
from consumers.learner.save_policy import SavePolicy


@dataclass(frozen=True, slots=True)
class Settings:
    """One process's settings.

    Attributes
    ----------
    home
        Folder of everything that is kept on disk: snapshots and spooled dead letters are below it.
    kafka
        Bootstrap servers, ``host:port`` and commas.
    redis
        URL of Redis.
    log_level
        Number of a level of `logging`.
    save
        How often the learner saves its models.
    """

    home: Path = Path("var")
    kafka: str = "localhost:9092"
    redis: str = "redis://localhost:6379/0"
    log_level: int = logging.INFO
    save: SavePolicy = field(default_factory=SavePolicy)

    @property
    def snapshots(self) -> Path:
        """Folder of the learner's snapshots."""
        return self.home / "snapshots"

    @property
    def dead_letter_spool(self) -> Path:
        """File in which dead letters wait while Kafka refuses them."""
        return self.home / "spool" / "dead-letters.jsonl"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from the environment. Raises `InvalidSettings` that names the variable."""
    default = Settings()
    return Settings(
        home=Path(environment.get("RIVERFRONT_HOME") or default.home),
        kafka=_read_servers(environment, default.kafka),
        redis=_read_redis(environment, default.redis),
        log_level=_read_level(environment),
        save=SavePolicy(
            seconds=_read_number(environment, "RIVERFRONT_SNAPSHOT_SECONDS", default.save.seconds),
            events=int(_read_number(environment, "RIVERFRONT_SNAPSHOT_EVENTS", default.save.events)),
        ),
    )


def _read_servers(environment: Mapping[str, str], default: str) -> str:
    servers = environment.get("RIVERFRONT_KAFKA") or default
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit():
            raise InvalidSettings(f"RIVERFRONT_KAFKA must be host:port, separated by commas, not {servers!r}")
    return servers


def _read_redis(environment: Mapping[str, str], default: str) -> str:
    url = environment.get("RIVERFRONT_REDIS") or default
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise InvalidSettings(f"RIVERFRONT_REDIS must be a redis:// address, not {url!r}")
    return url


def _read_level(environment: Mapping[str, str]) -> int:
    name = (environment.get("RIVERFRONT_LOG_LEVEL") or "INFO").upper()
    level = logging.getLevelNamesMapping().get(name)
    if level is None:
        raise InvalidSettings(f"RIVERFRONT_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {name!r}")
    return level


def _read_number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 1e9:
        raise InvalidSettings(f"{name} must be a number from 1 up, not {text!r}")
    return number
