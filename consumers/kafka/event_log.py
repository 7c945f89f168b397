"""The event log as consumers see it, in Kafka's own words. `kafka_event_log` is the real one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

Offsets = dict[int, int]
"""Per partition, the offset of the next record to read."""


class Record(NamedTuple):
    """One record as it lies in the log. ``appended_at`` is the broker's stamp in Unix seconds."""

    partition: int
    offset: int
    appended_at: float
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class EventLog(Protocol):
    """All partitions of one topic, read by one process.

    Every method but `close` raises `LogUnavailable` when the log does not answer; the next call tries again.
    """

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        """Return the next records, in the order of appending, waiting up to ``timeout`` seconds for the first."""

    def seek(self, offsets: Mapping[int, int]) -> None:
        """Continue from these offsets. Partitions that are not named keep theirs."""

    def offsets(self) -> Offsets:
        """Return the offset of the next record, for every partition."""

    def beginning_offsets(self) -> Offsets:
        """Return the offset of the oldest record that is still kept, for every partition."""

    def end_offsets(self) -> Offsets:
        """Return the offset that the next appended record will get, for every partition."""

    def commit(self, offsets: Mapping[int, int], timeout: float = 0.0) -> None:
        """Commit the group's offsets, waiting up to ``timeout`` seconds for the answer. They only show the lag."""

    def committed(self) -> Offsets:
        """Return the group's committed offsets, without partitions that have none."""

    def close(self) -> None:
        """Disconnect. A second call does nothing."""
