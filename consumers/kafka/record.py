"""One record of a Kafka topic, and offsets."""

from typing import NamedTuple

Offsets = dict[int, int]
"""Per partition, the offset of the next record to read."""


class Record(NamedTuple):
    """One record as it lies in the log. ``appended_at`` is the broker's stamp in Unix seconds."""

    partition: int
    offset: int
    appended_at: float
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
