"""Waiting for what the product does a moment later."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 60.0


def first(ask: Callable[[], T], holds: Callable[[T], object], seconds: float = SECONDS) -> T:
    """Ask again and again until an answer is as it should be, and return it."""
    deadline = time.monotonic() + seconds
    while not holds(answer := ask()):
        assert time.monotonic() < deadline, f"waited in vain; the last answer was {answer!r}"
        time.sleep(0.02)
    return answer
