"""Socket.IO packets on a bare websocket, coded by the packet classes of python-engineio and python-socketio."""

from typing import Any

from engineio import packet as engine_io
from socketio import packet as socket_io

PONG = str(engine_io.PONG)


def encode_packet(kind: int, data: Any = None, number: int | None = None) -> str:
    """Return the frame of one Socket.IO packet, with its number if it is to be answered."""
    return str(engine_io.Packet(engine_io.MESSAGE, socket_io.Packet(kind, data=data, id=number).encode()).encode())


def decode_packet(frame: str | bytes) -> socket_io.Packet | None:
    """Read the Socket.IO packet of a frame; None for a frame of Engine.IO's own and for bytes."""
    if not isinstance(frame, str) or not frame.startswith(str(engine_io.MESSAGE)):
        return None
    return socket_io.Packet(encoded_packet=frame[1:])


def read_event(frame: str | bytes) -> tuple[str, dict[str, Any]]:
    """Read the name and fields of a Socket.IO event; empty for every other frame.

    Examples
    --------
    >>> read_event('421["interaction",{"kind":"item_viewed"}]')
    ('interaction', {'kind': 'item_viewed'})
    >>> read_event("2")
    ('', {})
    """
    packet = decode_packet(frame)
    if packet is None or packet.packet_type != socket_io.EVENT:
        return "", {}
    name, *fields = packet.data
    return str(name), fields[0] if fields and isinstance(fields[0], dict) else {}


def is_ping(frame: str | bytes) -> bool:
    """Tell whether the server asks for a sign of life, which a `PONG` gives."""
    return isinstance(frame, str) and frame.startswith(str(engine_io.PING))
