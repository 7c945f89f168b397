"""Blocking calls in a native thread: the caller waits, and other greenlets go on."""

import time
from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")

LOOK_SECONDS = 0.005


class NotInTime(Exception):
    """The call has not returned in time. It goes on in its thread."""


def call_natively(call: Callable[[], _Found], timeout: float) -> _Found:
    """Return what the call returns, or raise what it raises. It must not touch anything of gevent's.

    Raises
    ------
    NotInTime
        If it takes longer than ``timeout`` seconds.
    """
    # Imported late: without gevent's patches this is the usual function.
    from gevent.monkey import get_original

    found: list[_Found] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
            failed.append(error)

    get_original("_thread", "start_new_thread")(run, ())
    deadline = time.monotonic() + timeout
    while not found and not failed:
        if time.monotonic() > deadline:
            raise NotInTime
        time.sleep(LOOK_SECONDS)
    if failed:
        raise failed[0]
    return found[0]
