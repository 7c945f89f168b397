"""Socket.IO's rooms in all processes, joined by Redis: closing a room on one storefront closes it on all of them.

python-socketio leaves ``_listen`` to its subclasses: this one passes plain messages on by itself (`push` says what that
saves) and yields the others to the library. `tests/storefront/web/live/test_push.py` fails if the library stops calling
it, or handles what it yields in another way.
"""

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

from redis import Redis
from socketio import RedisManager

from online_models.schema.messages import PUSH_CHANNEL
from storefront.security.bounded_json import loads
from storefront.web.live.push import read_push
from storefront.web.live.rooms import Rooms

log = logging.getLogger(__name__)

# By version 3 of Redis' protocol the client writes each message out for its own log, whether that is kept or not.
_QUEUE = {"protocol": 2}


class SharedRooms(RedisManager, Rooms):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of all processes. Redis' manager asks each process's own to close its part."""

    def _listen(self) -> Iterator[dict[str, Any]]:
        """Yield what the library has to see to. Plain messages for rooms are passed on here, most of all lists."""
        for message in self._messages():
            try:
                other = self._pass_on_or_read(message)
            except ValueError as error:
                log.warning("A message on the queue cannot be read: %s", error)
            except Exception:
                # The next message is not this one's fault.
                log.exception("A message on the queue could not be passed on")
            else:
                if other is not None:
                    yield other

    def _pass_on_or_read(self, message: bytes) -> dict[str, Any] | None:
        push = read_push(message)
        if push is None:
            other = loads(message)
            if not isinstance(other, dict):
                raise ValueError("not an object")
            return other
        if push.host_id != self.host_id:
            self.pass_on(push)
        return None

    def _messages(self) -> Iterator[bytes]:
        yield from super()._listen()


def rooms_of(queue: str, channel: str) -> Rooms:
    """Return the rooms: joined through Redis if there is a queue."""
    return SharedRooms(queue, channel=channel, redis_options=dict(_QUEUE)) if queue else Rooms()


def hang_up_everywhere(redis: Redis, room: str) -> None:
    """Close a room on all storefronts, from a process that has none itself. Raises `RedisError`."""
    message = {"method": "close_room", "room": room, "namespace": "/", "host_id": uuid.uuid4().hex}
    redis.publish(PUSH_CHANNEL, json.dumps(message))
