"""What another learner does now, kept for a while in case it dies before it is done."""

from collections import deque
from collections.abc import Callable, Collection
from typing import NamedTuple

KEPT_SECONDS = 60.0
MOST = 20_000


class _Task(NamedTuple):
    at: float
    slot: int
    work: Callable[[], object]


class StandbyWork:
    """Work for slots of other learners, by the time at which its event was appended. Bounded: the oldest goes first."""

    def __init__(self, seconds: float = KEPT_SECONDS, limit: int = MOST) -> None:
        self._seconds = seconds
        self._limit = limit
        self._tasks: deque[_Task] = deque()

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, slot: int, at: float, work: Callable[[], object]) -> None:
        """Keep work that the owner of a slot does now."""
        tasks = self._tasks
        tasks.append(_Task(at, slot, work))
        while len(tasks) > self._limit or tasks[0].at < at - self._seconds:
            tasks.popleft()

    def run(self, slots: Collection[int], since: float) -> int:
        """Do the work for these slots from a time on, in order. Returns how much that was."""
        mine = [task for task in self._tasks if task.slot in slots and task.at >= since]
        self._tasks = deque(task for task in self._tasks if task.slot not in slots)
        for task in mine:
            task.work()
        return len(mine)
