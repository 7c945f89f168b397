"""The settings of the learner and of the monitor. Nothing else in this package reads the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from connections.environment import (
    DEFAULT_HOME,
    DEFAULT_KAFKA,
    DEFAULT_REDIS,
    EnvironmentSettings,
    KafkaServers,
    LogLevel,
    RedisUrl,
    read_environment,
)

_Often = Meta(ge=1, le=1e9, description="a number from 1 up")


class ConsumerSettings(EnvironmentSettings, frozen=True, kw_only=True):
    """The settings of one consumer.

    Attributes
    ----------
    home
        Folder of everything that is kept on disk: snapshots and spooled dead letters are below it.
    kafka
        Bootstrap servers, ``host:port`` and commas.
    redis
        URL of Redis.
    log_level
        The least important lines that are logged.
    snapshot_seconds, snapshot_events
        How often the learner saves its models.
    """

    home: Path = DEFAULT_HOME
    kafka: KafkaServers = DEFAULT_KAFKA
    redis: RedisUrl = DEFAULT_REDIS
    log_level: LogLevel = "INFO"
    snapshot_seconds: Annotated[float, _Often] = 30
    snapshot_events: Annotated[float, _Often] = 200_000

    @property
    def snapshots(self) -> Path:
        """Folder of the learner's snapshots."""
        return self.home / "snapshots"

    @property
    def catalog(self) -> Path:
        """Folder of the catalog as it was published last."""
        return self.home / "catalog"

    @property
    def dead_letter_spool(self) -> Path:
        """File in which dead letters wait while Kafka refuses them."""
        return self.home / "spool" / "dead-letters.jsonl"


def read_settings(environment: Mapping[str, str]) -> ConsumerSettings:
    """Read the settings of a consumer. Raises `InvalidSetting`."""
    return read_environment(ConsumerSettings, environment)
