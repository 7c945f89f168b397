"""The settings of the learner and of the monitor. Nothing else in this package reads the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from connections.environment import (
    DEFAULT_HOME,
    DEFAULT_KAFKA,
    DEFAULT_REDIS,
    KafkaServers,
    LogLevel,
    RedisUrl,
    read_environment,
)
from connections.kafka_settings import KafkaSettings

_Often = Meta(ge=1, le=1e9, description="a number from 1 up")
_Name = Meta(
    pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z", description="up to 63 letters, digits, dots, dashes and underscores"
)
_Count = Meta(ge=1, le=64, description="a number from 1 to 64")

FIRST_LEARNER = "1"


class ConsumerSettings(KafkaSettings, frozen=True, kw_only=True):
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
    learners
        How many learners there are. More than one share the visitors, and exchange what their rankers learn.
    learner
        The name of this one, by which it keeps its snapshots.
    varied_lists
        Whether lists are varied (`HybridSettings.varies`).
    """

    home: Path = DEFAULT_HOME
    kafka: KafkaServers = DEFAULT_KAFKA
    redis: RedisUrl = DEFAULT_REDIS
    log_level: LogLevel = "INFO"
    snapshot_seconds: Annotated[float, _Often] = 30
    snapshot_events: Annotated[float, _Often] = 200_000
    learners: Annotated[int, _Count] = 1
    learner: Annotated[str, _Name] = FIRST_LEARNER
    varied_lists: bool = True

    @property
    def all_snapshots(self) -> Path:
        """Folder of the first learner's snapshots, with those of the others below it."""
        return self.home / "snapshots"

    @property
    def snapshots(self) -> Path:
        """Folder of this learner's snapshots."""
        return self.all_snapshots if self.learner == FIRST_LEARNER else self.all_snapshots / self.learner

    @property
    def catalog(self) -> Path:
        """Folder of the catalog as it was published last."""
        return self.home / "catalog"

    @property
    def weights(self) -> Path:
        """Folder of the weights that the refit process has published."""
        return self.home / "weights"

    @property
    def dead_letter_spool(self) -> Path:
        """File in which dead letters wait while Kafka refuses them."""
        suffix = "" if self.learner == FIRST_LEARNER else f"-{self.learner}"
        return self.home / "spool" / f"dead-letters{suffix}.jsonl"


def read_settings(environment: Mapping[str, str]) -> ConsumerSettings:
    """Read the settings of a consumer. Raises `InvalidSetting`."""
    return read_environment(ConsumerSettings, environment)
