"""Socket.IO's packets in a shop that sends text only."""

from socketio.packet import Packet


class TextPacket(Packet):  # type: ignore[misc]  # python-socketio is not typed
    """A packet that is not searched for bytes before it is written: with long lists that takes as long as writing."""

    uses_binary_events = False
