"""Records of several partitions in the order of appending, while a backlog is read.

Kafka orders a partition's records. A client gets them partition by partition, up to thousands at a time: read in that
order, a backlog would be learned in another order than it was lived.
"""

import heapq
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from consumers.kafka.record import Offsets, Record

MOST_HELD = 20_000
LONGEST_WAIT = 1.0


class AppendOrder:
    """Holds records back until those of other partitions that were appended before them are there.

    Gives up, and lets them go in any order, when too many are held, or when nothing more has come for a second.
    """

    def __init__(self, limit: int = MOST_HELD, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._held: dict[int, deque[Record]] = {}
        self._wanted: Offsets = {}
        self._came = 0.0

    @property
    def is_active(self) -> bool:
        """Whether there is a backlog."""
        return bool(self._wanted) or self.is_holding

    @property
    def is_holding(self) -> bool:
        """Whether records are held back."""
        return any(self._held.values())

    def start(self, offsets: Mapping[int, int], ends: Mapping[int, int]) -> None:
        """Put in order what comes from these offsets on, up to these ends. Forget what is held."""
        self._held = {}
        self._wanted = {partition: end for partition, end in ends.items() if offsets.get(partition, end) < end}
        self._came = self._clock()

    @property
    def ends(self) -> Offsets:
        """The ends of the backlog of partitions that have not reached theirs."""
        return dict(self._wanted)

    @property
    def held(self) -> Offsets:
        """The offsets of the first records that are held back."""
        return {partition: records[0].offset for partition, records in self._held.items() if records}

    def take(self, came: Mapping[int, Sequence[Record]], limit: int) -> list[Record]:
        """Add what came, by partition, and return up to ``limit`` records whose turn it is."""
        for partition, records in came.items():
            self._held.setdefault(partition, deque()).extend(records)
        now = self._clock()
        if came:
            self._came = now
        if now > self._came + LONGEST_WAIT or sum(map(len, self._held.values())) > self._limit:
            self._wanted = {}
        return self._take_next(limit) if all(self._held.get(partition) for partition in self._wanted) else []

    def _take_next(self, limit: int) -> list[Record]:
        """Take records in order until a partition is empty that has more to come."""
        held, wanted = self._held, self._wanted
        taken: list[Record] = []
        heads = [(records[0].appended_at, partition) for partition, records in held.items() if records]
        heapq.heapify(heads)
        while heads and len(taken) < limit:
            partition = heads[0][1]
            records = held[partition]
            record = records.popleft()
            taken.append(record)
            if record.offset + 1 >= wanted.get(partition, record.offset + 2):
                del wanted[partition]
            if records:
                heapq.heapreplace(heads, (records[0].appended_at, partition))
            else:
                heapq.heappop(heads)
                if partition in wanted:
                    break
        return taken
