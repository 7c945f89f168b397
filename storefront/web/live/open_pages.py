"""What the shop tells a visitor's open pages, on every storefront. Nobody waits for it: the queue may be slow."""

from typing import Any

from online_models.schema.events import VisitorId
from online_models.schema.messages import visitor_room
from storefront.extensions import socketio


def tell(visitor: VisitorId, name: str, message: dict[str, Any]) -> None:
    """Send a message to all open pages of a visitor."""
    socketio.start_background_task(socketio.emit, name, message, to=visitor_room(visitor))


def hang_up(room: str) -> None:
    """Tell the pages in a room that they are somebody else's now, and end their connections."""
    socketio.start_background_task(socketio.close_room, room)
