"""The settings of the local stack, and of the commands that talk to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta
from msgspec.structs import force_setattr

from connections.environment import (
    DEFAULT_HOME,
    DEFAULT_HOST,
    InvalidSetting,
    KafkaServers,
    LogLevel,
    Port,
    RedisUrl,
    TrustedProxies,
    read_environment,
)
from connections.kafka_settings import KafkaSettings
from infra.errors import CannotRun

_Rate = Meta(gt=0, le=10_000, description="events per second, over 0 and at most 10000")

_Learners = Meta(ge=1, le=64, description="a number from 1 to 64")


class StackSettings(KafkaSettings, frozen=True, kw_only=True):
    """The local stack's settings.

    Attributes
    ----------
    home
        Folder for everything that the stack keeps.
    port
        The shop's port; None where the user gave none and the next free one from 8000 will do.
    kafka, redis
        Servers to use instead of starting some; None to start them.
    trusted_proxies
        How many proxies in front of the shop are believed about who asks.
    shoppers_rate
        Events per second of all simulated shoppers together.
    learners
        How many learners run.
    """

    home: Path = DEFAULT_HOME
    host: str = DEFAULT_HOST
    port: Port | None = None
    kafka: KafkaServers | None = None
    redis: RedisUrl | None = None
    trusted_proxies: TrustedProxies = 0
    shoppers_rate: Annotated[float, _Rate] = 5.0
    learners: Annotated[int, _Learners] = 1
    log_level: LogLevel = "INFO"

    def __post_init__(self) -> None:
        super().__post_init__()
        force_setattr(self, "home", self.home.resolve())
        force_setattr(self, "host", self.host.strip("[]"))


def read_settings(environment: Mapping[str, str]) -> StackSettings:
    """Read the settings of the stack. Raises `CannotRun` that names the variable that cannot be used."""
    try:
        return read_environment(StackSettings, environment)
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error
