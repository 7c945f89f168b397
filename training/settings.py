"""The settings of the refit process. Nothing else in this package reads the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from connections.environment import DEFAULT_HOME, DEFAULT_KAFKA, KafkaServers, LogLevel, read_environment
from connections.kafka_settings import KafkaSettings

_Pause = Meta(ge=1, le=1e9, description="a number of seconds from 1 up")


class TrainingSettings(KafkaSettings, frozen=True, kw_only=True):
    """The settings of the refit process.

    Attributes
    ----------
    home
        Folder of everything that is kept on disk: weights are below it.
    kafka
        Bootstrap servers, ``host:port`` and commas.
    log_level
        The least important lines that are logged.
    refit_seconds, fine_tune_seconds
        The shortest time between two trainings from the beginning, and between one training and the next.
    """

    home: Path = DEFAULT_HOME
    kafka: KafkaServers = DEFAULT_KAFKA
    log_level: LogLevel = "INFO"
    refit_seconds: Annotated[float, _Pause] = 3_600
    fine_tune_seconds: Annotated[float, _Pause] = 300

    @property
    def weights(self) -> Path:
        """Folder of the weights that were published."""
        return self.home / "weights"


def read_settings(environment: Mapping[str, str]) -> TrainingSettings:
    """Read the settings of the refit process. Raises `InvalidSetting`."""
    return read_environment(TrainingSettings, environment)
