"""What the environment says about running the product here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.errors import CannotRun

DEFAULT_PORT = 8000


class BadSetting(CannotRun):
    """A variable holds something that it cannot mean. The message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The local stack's settings.

    Attributes
    ----------
    home
        Folder for everything that the stack keeps.
    port
        The shop's port; None where the user gave none and the next free one from 8000 will do.
    kafka, redis
        Servers to use instead of starting some; None to start them.
    shoppers_rate
        Events per second of all simulated shoppers together.
    """

    home: Path
    host: str
    port: int | None
    kafka: str | None
    redis: str | None
    shoppers_rate: float
    log_level: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `BadSetting`."""
    port = environment.get("RIVERFRONT_PORT")
    return Settings(
        home=Path(environment.get("RIVERFRONT_HOME") or "var").expanduser().resolve(),
        host=environment.get("RIVERFRONT_HOST") or "127.0.0.1",
        port=_port(port) if port else None,
        kafka=environment.get("RIVERFRONT_KAFKA") or None,
        redis=environment.get("RIVERFRONT_REDIS") or None,
        shoppers_rate=_rate(environment.get("RIVERFRONT_SHOPPERS_RATE") or "5"),
        log_level=_log_level(environment.get("RIVERFRONT_LOG_LEVEL") or "INFO"),
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise BadSetting(f"RIVERFRONT_PORT must be a port from 1 to 65535, not {text!r}.")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 < rate <= 10_000:
        raise BadSetting(f"RIVERFRONT_SHOPPERS_RATE must be events per second, over 0 and at most 10000, not {text!r}.")
    return rate


def _log_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise BadSetting(f"RIVERFRONT_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {text!r}.")
    return text.upper()
