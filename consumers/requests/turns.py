"""Whose turn it is to use the model: threads take turns, in the order in which they ask."""

import threading
from collections import deque


class Turns:
    """A lock that is given to whoever has waited longest.

    An ordinary lock goes to whoever comes first. The learner's loop, which gives it up only to read the log, would
    have it back before another thread has woken up, for as long as there are events to learn.

    Examples
    --------
    >>> turns = Turns()
    >>> turns.take()
    >>> turns.give()
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._waiting)

    def take(self) -> None:
        """Wait for one's turn."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def give(self) -> None:
        """End one's turn, and begin that of the next who waits. Without a turn it does nothing."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
