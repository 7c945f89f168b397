"""Renders pages in steps, so that a click that comes in meanwhile does not wait until the page is finished.

Under gevent one page at a time has the processor, for 5 to 15 ms, and a click needs less than one. A click at a random
moment waits 2.25 times as long without the steps (9.1 ms of processor time instead of 4.0, `python -m
benchmarks.rendering`), and the page itself takes as long.
"""

import time
from collections.abc import Iterable

from flask.templating import Environment

STEP_SECONDS = 0.001
# A click takes several turns of the loop: read, checked, sent, confirmed by Kafka. A page goes on after an empty turn.
EMPTY_SECONDS = 0.0001
MOST_TURNS = 8


class CooperativeEnvironment(Environment):
    """Flask's environment for templates, but other greenlets may run between two pieces of a page."""

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Join the pieces as they are rendered, and yield every `STEP_SECONDS`."""
        if isinstance(pieces, list):
            return "".join(pieces)
        rendered: list[str] = []
        until = time.perf_counter() + STEP_SECONDS
        for piece in pieces:
            rendered.append(piece)
            if time.perf_counter() > until:
                yield_to_others()
                until = time.perf_counter() + STEP_SECONDS
        return "".join(rendered)


def yield_to_others() -> None:
    """Let other greenlets run until none has anything to do, but for `MOST_TURNS`: pages have to be finished too."""
    for _ in range(MOST_TURNS):
        started = time.perf_counter()
        time.sleep(0)
        if time.perf_counter() < started + EMPTY_SECONDS:
            return
