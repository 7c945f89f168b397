"""Where work runs that would hold up the event loop, such as hashing and waiting for the disk; and work for later."""

from collections.abc import Callable
from threading import Timer
from typing import Any

Workers = Callable[..., Any]
"""Calls a function with arguments somewhere else, and returns its result."""


def run_here(work: Callable[..., Any], *arguments: object) -> Any:
    """Run in the thread that asks: for processes that have one thread a request."""
    return work(*arguments)


class GeventWorkers:
    """Runs in native threads, so that gevent keeps serving meanwhile."""

    def __init__(self, at_once: int) -> None:
        # Imported late: only the server that gevent runs has it patched and ready.
        from gevent.threadpool import ThreadPool

        self._pool = ThreadPool(at_once)

    def __call__(self, work: Callable[..., Any], *arguments: object) -> Any:
        """Run it; only the greenlet that asks waits."""
        return self._pool.apply(work, arguments)


def call_later_by(mode: str) -> Callable[..., object]:
    """Return what calls a function after so many seconds, in one of Socket.IO's async modes."""
    if mode == "gevent":
        from gevent import spawn_later

        later: Callable[..., object] = spawn_later
        return later
    return _call_in_thread


def _call_in_thread(seconds: float, work: Callable[..., object], *arguments: object) -> None:
    timer = Timer(seconds, work, arguments)
    timer.daemon = True
    timer.start()
