"""A line of a file that cannot be used."""

from typing import NamedTuple


class BadLine(NamedTuple):
    """Where it is, counted from 1 with the heading, and why it cannot be used."""

    line: int
    reason: str
