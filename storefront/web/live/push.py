"""Socket.IO's own formats: a message as the queue carries it, and as a page's connection does.

Content is not parsed: its text is copied from the one into the other. To pass a list of 24 cards on to three pages
takes 30 µs of processor time; python-socketio, which parses it, searches it for bytes and writes it again, takes 390
(12.6 times as long, median of 15 turns). `tests/storefront/web/live/test_push.py` compares every frame with the
library's own.
"""

from typing import Literal, NamedTuple

import msgspec
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from socketio.packet import EVENT, Packet

from online_models.schema.events import EventId, VisitorId
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.messages import RANKING_CHANGED, visitor_of

NOTHING = b"null"


class TextPacket(Packet):  # type: ignore[misc]  # python-socketio is not typed
    """A packet that is not searched for bytes before it is written: the shop sends text only."""

    uses_binary_events = False


class Push(msgspec.Struct, frozen=True):
    """A plain message for a room: it waits for no answer and has no bytes beside its text."""

    method: Literal["emit"]
    event: str
    data: list[msgspec.Raw]
    room: str
    namespace: Literal["/"] = "/"
    host_id: str | None = None
    skip_sid: str | list[str] | None = None
    callback: None = None
    binary: bool = False

    def frame(self) -> Frame:
        """Return the message as a connection sends it. Raises `UnicodeDecodeError`."""
        arguments = (_encode(self.event), *map(bytes, self.data))
        return Frame(MESSAGE, f"{EVENT}[{b','.join(arguments).decode()}]")


class _Hops(msgspec.Struct):
    received_at: float | None = None


class _Answer(msgspec.Struct):
    causes: tuple[EventId, ...] = ()
    journey: _Hops | None = None


class Answered(NamedTuple):
    """Whose event a push answers, which one, and when the shop received it."""

    visitor: VisitorId
    cause: EventId
    received_at: float


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Push).decode
_decode_answer = msgspec.json.Decoder(_Answer).decode


def read_push(message: bytes) -> Push | None:
    """Return a message of the queue, or None if it is not a `Push` and python-socketio must handle it."""
    try:
        push = _decode(message)
    except UNREADABLE:
        return None
    # Socket.IO takes a single nothing for no argument at all.
    is_nothing = len(push.data) == 1 and bytes(push.data[0]) == NOTHING
    return None if push.binary or is_nothing else push


def read_answered(push: Push) -> Answered | None:
    """Return which event a visitor's new list answers, if the push is one and says so."""
    visitor = visitor_of(push.room) if push.event == RANKING_CHANGED else None
    if visitor is None or len(push.data) != 1:
        return None
    try:
        answer = _decode_answer(push.data[0])
    except UNREADABLE:
        return None
    if not answer.causes or answer.journey is None or answer.journey.received_at is None:
        return None
    return Answered(visitor, answer.causes[-1], answer.journey.received_at)
