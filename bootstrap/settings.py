"""The settings of a bootstrap."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import force_setattr

from connections.environment import (
    DEFAULT_HOME,
    DEFAULT_KAFKA,
    DEFAULT_REDIS,
    KafkaServers,
    RedisUrl,
    read_environment,
)
from connections.kafka_settings import KafkaSettings
from connections.picture_hosts import allowed_hosts


class BootstrapSettings(KafkaSettings, frozen=True, kw_only=True):
    """Where a bootstrap keeps its files and which servers it writes to.

    Attributes
    ----------
    home
        Folder for everything that is kept; reports and cleaned data go to ``bootstrap/`` in it.
    kafka
        Kafka's bootstrap servers.
    redis
        URL of Redis.
    picture_hosts
        Hosts whose pictures the storefront lets browsers show.
    """

    home: Path = DEFAULT_HOME
    kafka: KafkaServers = DEFAULT_KAFKA
    redis: RedisUrl = DEFAULT_REDIS
    picture_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        force_setattr(self, "home", self.home.resolve())

    @property
    def folder(self) -> Path:
        """Folder for the report and the cleaned data."""
        return self.home / "bootstrap"

    @property
    def catalog(self) -> Path:
        """Folder of the catalog as it was published last."""
        return self.home / "catalog"


def read_settings(environment: Mapping[str, str]) -> BootstrapSettings:
    """Read the settings of a bootstrap. Raises `InvalidSetting`."""
    settings = read_environment(BootstrapSettings, environment)
    allowed_hosts(settings.picture_hosts)
    return settings
