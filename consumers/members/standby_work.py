"""What follows from the last events, kept until its learner says that it is done: another may have to do it."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from consumers.kafka.record import Offsets, Record

KEPT_SECONDS = 60.0
MOST = 20_000

AnsweredBy = Callable[[int], Offsets]
"""Returns, by partition, the offsets up to which the owner of a slot has done what follows from events."""


class _Task(NamedTuple):
    at: float
    slot: int
    partition: int
    offset: int
    work: Callable[[], object]

    def is_done(self, answered: Offsets) -> bool:
        return self.offset < answered.get(self.partition, 0)


class StandbyWork:
    """Work by slot, in the order of its events, a learner's own too: its slots may go to one that dies within them.

    Bounded: the oldest goes first.
    """

    def __init__(self, seconds: float = KEPT_SECONDS, limit: int = MOST) -> None:
        self._seconds = seconds
        self._limit = limit
        self._tasks: deque[_Task] = deque()

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, slot: int, record: Record, work: Callable[[], object]) -> None:
        """Keep work that follows from an event, and that the owner of its slot does now."""
        tasks = self._tasks
        tasks.append(_Task(record.appended_at, slot, record.partition, record.offset, work))
        while len(tasks) > self._limit or tasks[0].at < record.appended_at - self._seconds:
            tasks.popleft()

    def discard_answered(self, answered_by: AnsweredBy) -> None:
        """Drop the oldest, as far as their owners say that they are done."""
        tasks = self._tasks
        while tasks and tasks[0].is_done(answered_by(tasks[0].slot)):
            tasks.popleft()

    def run(self, answered: Mapping[int, Offsets]) -> int:
        """Do the work for these slots, but what is done already, in order. Returns how much that was."""
        undone = [task for task in self._tasks if task.slot in answered and not task.is_done(answered[task.slot])]
        for task in undone:
            task.work()
        return len(undone)

    def oldest_offsets(self, answered_by: AnsweredBy) -> Offsets:
        """Return, by partition, the offset of the oldest event of which the owner may still have something to do."""
        oldest: Offsets = {}
        for task in self._tasks:
            if not task.is_done(answered_by(task.slot)):
                oldest[task.partition] = min(task.offset, oldest.get(task.partition, task.offset))
        return oldest
