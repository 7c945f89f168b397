"""Clocks that move when they are told to."""

import time


class Clock:
    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class ShiftedClock:
    """The time of the machine, and as much more as the tests say."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead
