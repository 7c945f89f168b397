"""The clock that consumers are given, so that tests can move it by hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day, and measures spans."""

    def now(self) -> float:
        """Return Unix seconds: what is written into events and journeys."""

    def elapsed(self) -> float:
        """Return seconds since some fixed moment. Never goes back."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time()

    def elapsed(self) -> float:
        """Return monotonic seconds."""
        return time.perf_counter()
