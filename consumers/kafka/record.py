"""One record of a Kafka topic, and offsets.

Who reads several topics numbers their partitions through: those of the first as in Kafka, those of the next from
`STRIDE` on.
"""

from typing import NamedTuple

from online_models.schema.keyspace import EVENT_TOPICS

STRIDE = 1_000_000
"""More than the partitions of any topic."""

Offsets = dict[int, int]
"""Per partition, the offset of the next record to read."""


Place = tuple[int, int]
"""Partition and offset of a record."""


class Record(NamedTuple):
    """One record as it lies in the log. ``appended_at`` is the broker's stamp in Unix seconds."""

    partition: int
    offset: int
    appended_at: float
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    key: bytes | None = None


CATALOG_PARTITION = len(EVENT_TOPICS) * STRIDE
"""The number that the one partition of the catalog's topic has for a learner, which reads it with the events."""


def number_of(topic: int, partition: int) -> int:
    """Return the number of a partition of the first topic (0), the next (1), and so on.

    >>> number_of(0, 3), number_of(1, 3)
    (3, 1000003)
    """
    return topic * STRIDE + partition


def place_of(number: int) -> tuple[int, int]:
    """Return which topic a partition belongs to, and its number there.

    >>> place_of(3), place_of(1_000_003)
    ((0, 3), (1, 3))
    """
    return divmod(number, STRIDE)
