"""What the rankers of several learners exchange, and how it is written on the wire (MessagePack).

One learner ranks a visitor and has the slate to learn from. What the slate teaches goes to a topic that all learners
read in its order, so that all rankers are the same: data-parallel training with the gradients exchanged through a log.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.events import Item, Visitor
from online_models.schema.json_reader import UNREADABLE

MAX_UPDATE_BYTES = 32_768
"""Larger payloads are refused before they are parsed. A usual one has five kB, most of it the network's gradient."""

_MAX_BYTES = 8_192

Packed = Annotated[bytes, Meta(max_length=_MAX_BYTES)]
_Context = Annotated[int, Meta(ge=0, le=255)]


NOT_KNOWN = -2
"""In place of an item's top source."""


class InvalidUpdate(ValueError):
    """The bytes are no update that this ranker can learn from. Leave it out; do not retry."""


class PackedJudgment(msgspec.Struct, frozen=True, array_like=True):
    """What one slate teaches: ranks, the gradients of the linear ranker and of the network, and what that gained.

    ``ranks`` are int8, ``slopes`` little-endian float32, ``network`` float16; empty where there are none.
    """

    ranks: Packed
    contexts: tuple[_Context, _Context, _Context, _Context]
    slopes: Packed
    network: Packed = b""
    gain: float = 0.0


class RankerUpdate(msgspec.Struct, frozen=True, array_like=True):
    """What one event teaches the ranker and the click model, or has the click model forget.

    Attributes
    ----------
    ensemble
        Digest of the sources' names: rankers of other sources cannot learn from it.
    kind
        Whether the visitor turned to an item, dismissed it, or was shown a list; or takes an item back, or all.
    visitor, items
        Who, and the item, or the list as it was drawn; empty where all was taken back.
    at
        When, Unix seconds.
    from_list
        Whether the visitor came to the item from their list.
    top_sources
        The top source of each item that was shown, int8; -1 for none, `NOT_KNOWN` for an item that was not known yet
        when the event was learned.
    judgment
        What the visitor's slate teaches, if there was one.
    """

    ensemble: int
    kind: Literal["chosen", "dismissed", "shown", "forgotten", "reset"]
    visitor: Visitor
    items: Annotated[tuple[Item, ...], Meta(max_length=100)]
    at: float
    from_list: bool = False
    top_sources: Packed = b""
    judgment: PackedJudgment | None = None


class LoggedUpdate(msgspec.Struct, frozen=True, array_like=True):
    """An update, and where in `interactions` its event lies."""

    partition: Annotated[int, Meta(ge=0)]
    offset: Annotated[int, Meta(ge=0)]
    update: RankerUpdate


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(LoggedUpdate)


def encode(update: LoggedUpdate) -> bytes:
    """Write an update."""
    return _encoder.encode(update)


def decode(payload: bytes | None) -> LoggedUpdate:
    """Read an update.

    Raises
    ------
    InvalidUpdate
        If the payload is missing, too large, or has a field that does not fit.

    Examples
    --------
    >>> decode(b"no update")
    Traceback (most recent call last):
    online_models.schema.ranker_update.InvalidUpdate: Expected `array`, got `int`
    """
    if payload is None:
        raise InvalidUpdate("an update without content")
    if len(payload) > MAX_UPDATE_BYTES:
        raise InvalidUpdate(f"an update of {len(payload)} bytes; the limit is {MAX_UPDATE_BYTES}")
    try:
        logged = _decoder.decode(payload)
    except UNREADABLE as error:
        raise InvalidUpdate(str(error)) from error
    if not logged.update.items and logged.update.kind != "reset":
        raise InvalidUpdate(f"an update of kind {logged.update.kind} without an item")
    return logged
