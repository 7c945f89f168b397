"""Counts events as they pass, without reading more of each than its kind and a few figures."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from consumers.kafka.record import Record
from consumers.quantiles import Quantiles
from online_models.schema.events import KINDS
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.records.cloud_event import payload_of

INVALID = "invalid"
# History that is filled in was received long ago, or never: it says nothing about the time on the way.
RECENT_SECONDS = 60.0
LONGEST_MS = 60_000
"""A list that was drawn later answers no click any more."""


class _Glimpse(msgspec.Struct):
    kind: str
    simulated: bool = False
    received_at: float | None = None
    drawn_ms: float | None = None


_decoder = msgspec.json.Decoder(_Glimpse)


class EventCounts:
    """Totals since the start, counts since the last `take_counts`, and times over the last minute.

    Those are ``drawn_ms``, from click to drawn list, and ``on_the_way_ms``, from the storefront to here.
    """

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._simulated = 0
        self.drawn_ms = Quantiles()
        self.on_the_way_ms = Quantiles()

    def count(self, records: Iterable[Record], now: float) -> None:
        """Take in a batch that was read ``now``. What is not an event counts as invalid."""
        for record in records:
            try:
                payload = payload_of(record.value, record.headers) if record.headers else record.value
                event = _decoder.decode(payload or b"")
            except UNREADABLE:
                self._counts[INVALID] += 1
                continue
            self._counts[event.kind if event.kind in _KINDS else INVALID] += 1
            self._simulated += event.simulated
            if event.received_at is not None and event.received_at > now - RECENT_SECONDS:
                self.on_the_way_ms.add(now, (now - event.received_at) * 1000)
            if event.drawn_ms is not None and 0 <= event.drawn_ms <= LONGEST_MS:
                self.drawn_ms.add(now, event.drawn_ms)

    def take_counts(self) -> tuple[Counter[str], int]:
        """Return the counts by kind and of simulated events since the last call, and start anew."""
        counts, simulated = self._counts, self._simulated
        self._counts, self._simulated = Counter(), 0
        self.totals.update(counts)
        return counts, simulated


_KINDS = frozenset(KINDS)
