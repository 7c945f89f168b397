"""What the environment says about a bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A variable holds something that it cannot mean. The message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a bootstrap keeps its files and which servers it writes to.

    Attributes
    ----------
    home
        Folder for everything that is kept; reports and cleaned data go to ``bootstrap/`` in it.
    kafka
        Kafka's bootstrap servers.
    redis
        Redis's address.
    """

    home: Path
    kafka: str
    redis: str

    @property
    def folder(self) -> Path:
        """Folder for the report and the cleaned data."""
        return self.home / "bootstrap"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `BadSetting`."""
    redis = environment.get("RIVERFRONT_REDIS") or "redis://localhost:6379/0"
    if urlsplit(redis).scheme not in ("redis", "rediss", "unix"):
        raise BadSetting(f"RIVERFRONT_REDIS must be an address such as redis://localhost:6379/0, not {redis!r}.")
    return Settings(
        home=Path(environment.get("RIVERFRONT_HOME") or "var").expanduser().resolve(),
        kafka=environment.get("RIVERFRONT_KAFKA") or "localhost:9092",
        redis=redis,
    )
