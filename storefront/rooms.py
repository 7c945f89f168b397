"""Socket.IO's rooms, in one process or joined by Redis: whoever is in a room that is closed is disconnected.

So a sign-in that ends on one storefront ends its connections on all of them.
"""

from typing import Any

from socketio import Manager, RedisManager


class Rooms(Manager):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of one process."""

    def close_room(self, room: str, namespace: str) -> Any:
        """Disconnect everybody in the room."""
        for connection in [sid for sid, _ in self.get_participants(namespace, room)]:
            self.server.disconnect(connection, namespace=namespace, ignore_queue=True)
        return super().close_room(room, namespace)


class SharedRooms(RedisManager, Rooms):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of all processes. Redis' manager asks each process's own to close its part."""


def rooms_of(queue: str, channel: str) -> Rooms:
    """Return the rooms: joined through Redis if there is a queue."""
    return SharedRooms(queue, channel=channel) if queue else Rooms()
