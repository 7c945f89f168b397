"""The clock that consumers are given, so that tests can move it by hand."""

import time


class Clock:
    """The machine's clock: tells the time of day, and measures spans."""

    def now(self) -> float:
        """Return Unix seconds: what is written into events and journeys."""
        return time.time()

    def elapsed(self) -> float:
        """Return seconds since some fixed moment. Never goes back."""
        return time.perf_counter()
