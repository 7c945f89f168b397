"""The visitors' lists that were written last, as they were written: what Redis loses of them is written again."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from consumers.kafka.record import Place
from online_models.schema.events import VisitorId

MAX_BYTES = 16 * 2**20
"""Of values, some 5,000 visitors. Whoever's lists were written longest ago is dropped first."""


class Write(NamedTuple):
    """What was written under a key, for how long, and the place of the event that it was made for, if that counts."""

    value: bytes
    seconds: int
    place: Place | None = None


class RecentWrites:
    """Holds the newest write of each key of each visitor, within a bound."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._visitors: OrderedDict[VisitorId, dict[str, Write]] = OrderedDict()
        self._bytes = 0

    def add(self, visitor: VisitorId, key: str, write: Write) -> None:
        """Hold a write, in place of an older one of the same key."""
        writes = self._visitors.setdefault(visitor, {})
        self._visitors.move_to_end(visitor)
        self._bytes += len(write.value) - (len(writes[key].value) if key in writes else 0)
        writes[key] = write
        while self._bytes > self._max_bytes:
            self.discard(next(iter(self._visitors)))

    def discard(self, visitor: VisitorId) -> None:
        """Forget a visitor's writes."""
        self._bytes -= sum(len(write.value) for write in self._visitors.pop(visitor, {}).values())

    def newest_first(self) -> Iterator[tuple[VisitorId, dict[str, Write]]]:
        """Yield each visitor of now with their writes, by key, as they are when it is their turn."""
        for visitor in list(reversed(self._visitors)):
            if visitor in self._visitors:
                yield visitor, self._visitors[visitor]
