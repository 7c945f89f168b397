"""Where a page of results ended: opaque to clients, checked when it comes back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from online_models.schema.json_reader import UNREADABLE
from storefront.api.problems import ProblemType, fail

DEEPEST = 10_000


class Position(msgspec.Struct, frozen=True, array_like=True):
    """So many of what a name stands for were on the pages before."""

    of: str
    start: int


def cursor_at(of: str, start: int) -> str:
    """Return the cursor of a position."""
    return urlsafe_b64encode(msgspec.json.encode(Position(of, start))).decode().rstrip("=")


def start_of(cursor: str | None, of: str) -> int:
    """Return how many were on the pages before. Raises `Problem` for a cursor that is none, or of something else.

    >>> start_of(cursor_at("trending", 24), "trending"), start_of(None, "trending")
    (24, 0)
    """
    if cursor is None:
        return 0
    try:
        position = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=Position)
    except UNREADABLE:
        fail(ProblemType.INVALID_CURSOR, field="cursor")
    if position.of != of or not 0 <= position.start <= DEEPEST:
        fail(ProblemType.INVALID_CURSOR, field="cursor")
    return position.start
