"""A message on its way from the learner to pages, as the message queue carries it and as a page's connection does.

What it says is not taken apart: the part of the text that holds it goes from the one into the other.
"""

from typing import Literal

import msgspec
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from socketio.packet import EVENT

NOTHING = b"null"


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


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Push).decode


def read_push(message: bytes) -> Push | None:
    """Return what the queue brought, or None where it is anything but a `Push`: that is Socket.IO's own business."""
    try:
        push = _decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Socket.IO takes a single nothing for no argument at all.
    is_nothing = len(push.data) == 1 and bytes(push.data[0]) == NOTHING
    return None if push.binary or is_nothing else push
