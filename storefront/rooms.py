"""Socket.IO's rooms, in one process or joined by Redis: whoever is in a room that is closed is told, and disconnected.

So a sign-in that ends on one storefront ends its connections on all of them.
"""

import logging
from typing import Any

from engineio.exceptions import EngineIOError
from socketio import Manager, RedisManager

from online_models.messages import IDENTITY_CHANGED

log = logging.getLogger(__name__)


class Rooms(Manager):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of one process."""

    def close_room(self, room: str, namespace: str) -> Any:
        """Tell everybody in the room that the page is somebody else's now, and disconnect them."""
        for connection in [sid for sid, _ in self.get_participants(namespace, room)]:
            try:
                super().emit(IDENTITY_CHANGED, {}, namespace, room=connection)
                self.server.disconnect(connection, namespace=namespace, ignore_queue=True)
            except (EngineIOError, KeyError) as gone:
                # Its page is being left. One that goes by itself must not keep the others.
                log.debug("A connection was gone already: %r", gone)
        return super().close_room(room, namespace)


class SharedRooms(RedisManager, Rooms):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of all processes. Redis' manager asks each process's own to close its part."""


def rooms_of(queue: str, channel: str) -> Rooms:
    """Return the rooms: joined through Redis if there is a queue."""
    return SharedRooms(queue, channel=channel) if queue else Rooms()
