"""What a shop calls its own visitors, and the id under which the product keeps each.

A shop's own ids are any text that is an id (`SHOP_ID`). Inside, a visitor has a short plain one: it stands in addresses
of Redis, in cookies and in tables.
"""

import re
from hashlib import blake2b
from typing import Annotated, NewType

import msgspec

from online_models.schema.events import PLAIN_ID, SHOP_ID, VisitorId

OwnVisitorId = NewType("OwnVisitorId", str)
OwnVisitor = Annotated[OwnVisitorId, SHOP_ID]
"""Checks what a shop calls a visitor, as a field of a struct."""

_Plain = Annotated[str, PLAIN_ID]
_TAKEN = re.compile(r"(?:[av][0-9a-f]{24}|own:[0-9a-f]{32})\Z")
"""How the product itself names accounts, anonymous visitors, and whoever has no plain id."""


class InvalidId(ValueError):
    """A text is no id: it is empty or too long, or has control characters, half characters or turns of direction."""


def visitor_of(own: str) -> VisitorId:
    """Return the visitor whom a shop calls by an id of its own: always the same one, and never another's.

    A plain id stays as it is, unless it looks like one that the product gives out. Of any other, the visitor has a
    digest (BLAKE2b of 16 bytes).

    Raises
    ------
    InvalidId
        If it is not an id.

    Examples
    --------
    >>> visitor_of("customer-17")
    'customer-17'
    >>> visitor_of("ann@example.com")
    'own:228a7f9e94022efef28b153418018c1b'
    >>> visitor_of("a" + 24 * "0") == "a" + 24 * "0"
    False
    """
    try:
        msgspec.convert(own, OwnVisitor)
        digest = blake2b(own.encode(), digest_size=16)
    except (msgspec.ValidationError, UnicodeEncodeError):
        raise InvalidId("an id has 1 to 128 characters, none of them a control or a turn of direction") from None
    if is_plain(own) and not _TAKEN.match(own):
        return VisitorId(own)
    return VisitorId(f"own:{digest.hexdigest()}")


def is_plain(text: str) -> bool:
    """Return whether a text is an id as the product itself gives them out."""
    try:
        msgspec.convert(text, _Plain)
    except msgspec.ValidationError:
        return False
    return True
