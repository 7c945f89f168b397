"""The loop of kafka-python's network client, made to fit into gevent's.

At each look for what has come gevent runs all else that is ready, such as the making of pages. By itself the client
looks again and again on the way of one record, also where it is not going to wait. This loop gives others their turn
only when it has to wait: until there is a record, and until the broker has answered.
"""

import select
import selectors
from typing import Any

from gevent.monkey import get_original
from gevent.selectors import GeventSelector
from kafka.net.selector import NetworkSelector

LOOKS_AT_MOST = 16
"""Looks in a row without a turn for others."""


class _Selector(GeventSelector):  # type: ignore[misc]  # gevent is not typed here
    """Goes on at once if told not to wait. What has come meanwhile is seen at the next look."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what has come, if it is worth a turn."""
        if timeout is not None and timeout <= 0 and self._looks < LOOKS_AT_MOST:
            self._looks += 1
            return []
        self._looks = 0
        found: list[tuple[selectors.SelectorKey, int]] = super().select(timeout)
        return found


class FewTurns(NetworkSelector):  # type: ignore[misc]  # kafka-python is not typed
    """Waits for room to write only if there is none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "selector": _Selector})
        self._poll = get_original("select", "poll")

    def _wait_write(self, fileobj: Any, timeout_at: float | None = None) -> None:
        room = self._poll()
        room.register(fileobj, select.POLLOUT)
        if room.poll(0):
            self._add_ready_task(self._current)
        else:
            super()._wait_write(fileobj, timeout_at)
