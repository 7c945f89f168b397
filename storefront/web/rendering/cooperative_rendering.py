"""Renders pages in small steps, so that a click that comes in meanwhile does not wait for a page to be finished.

Under gevent one page at a time has the processor; it takes 5 to 15 ms, and a click needs less than one.
"""

import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from flask.templating import Environment

STEP_SECONDS = 0.001
# What a click needs comes in turns: read, checked, sent, sent on by Kafka. A page goes on after an empty one.
EMPTY_SECONDS = 0.0001
MOST_TURNS = 8
ADDRESSES_KEPT = 20_000


class PatientEnvironment(Environment):
    """Flask's environment for templates, but others may run between two pieces of a page."""

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Join the pieces as they are made, and let others run every `STEP_SECONDS`."""
        if isinstance(pieces, list):
            return "".join(pieces)
        made: list[str] = []
        until = time.perf_counter() + STEP_SECONDS
        for piece in pieces:
            made.append(piece)
            if time.perf_counter() > until:
                give_way()
                until = time.perf_counter() + STEP_SECONDS
        return "".join(made)


def give_way() -> None:
    """Let others run until nobody had anything to do, or for so many turns: a busy shop has to make its pages too."""
    for _ in range(MOST_TURNS):
        started = time.perf_counter()
        time.sleep(0)
        if time.perf_counter() < started + EMPTY_SECONDS:
            return


def remember_addresses(app: Flask) -> None:
    """Build each address once: a page has a hundred of them, and building them is a third of its cost."""

    @lru_cache(ADDRESSES_KEPT)
    def remembered(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    def url_for(endpoint: str, **values: Any) -> str:
        # What begins so depends on the request: the present blueprint, the host, the scheme.
        if endpoint.startswith(".") or any(name.startswith("_") for name in values):
            return app.url_for(endpoint, **values)
        return remembered(request.root_path, endpoint, tuple(values.items()))

    app.jinja_env.globals["url_for"] = url_for
