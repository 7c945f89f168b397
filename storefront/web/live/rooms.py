"""Socket.IO's rooms: in one process, or in all processes, joined by Redis.

A connection that is closing does not hold up the others. One whose sign-in has expired receives nothing more: it is
disconnected, and says again who it is when it returns. So is one in the operators' room whose account is no operator's
any longer. Closing a room tells everybody in it, and disconnects them, on all storefronts.

Two private parts of python-socketio are used; `push` says what that saves. A message is written once for everybody in a
room, and handed to the server's ``_send_eio_packet``: the last step before Engine.IO, and the one at which
Flask-SocketIO's test client listens. And ``_listen``, which python-socketio leaves to its subclasses, passes plain
messages on by itself and yields the others to the library. `tests/storefront/web/live/test_push.py` and
`test_socket.py` fail if an upgrade changes either.
"""

import json
import logging
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from engineio.exceptions import EngineIOError
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from redis import ConnectionError as RedisConnectionError
from redis import Redis, RedisError
from socketio import Manager, RedisManager
from socketio.packet import EVENT

from connections.redis_client import connect
from online_models.schema.events import VisitorId
from online_models.schema.messages import IDENTITY_CHANGED, OPERATORS, PUSH_CHANNEL
from storefront.security.bounded_json import loads
from storefront.web.live.caller import caller_of
from storefront.web.live.operators_room import OperatorsRoom
from storefront.web.live.push import Answered, Push, read_answered, read_push

log = logging.getLogger(__name__)


class Rooms(Manager):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of one process. ``operators_room`` says who may hear what is sent to the operators."""

    now = staticmethod(time.time)
    operators_room: OperatorsRoom | None = None

    answered: Callable[[Answered], object] = staticmethod(lambda _: None)
    """Told of each new list that a visitor's pages here are sent."""

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | None = None,
        skip_sid: str | list[str] | None = None,
        callback: Any = None,
        to: str | None = None,
        **options: Any,
    ) -> None:
        """Send a message to a room, encoded once for all. Connections that are closing are skipped."""
        room = to or room
        if callback is not None:
            with _leaving():
                super().emit(event, data, namespace, room=room, skip_sid=skip_sid, callback=callback, **options)
            return
        self._send(namespace, room, skip_sid, lambda: self._frames(event, data, namespace))

    def pass_on(self, push: Push) -> None:
        """Send a message from the queue to everybody in its room, as `emit` would."""
        if self._participants(push.namespace, push.room) and (answered := read_answered(push)):
            self.answered(answered)
        self._send(push.namespace, push.room, push.skip_sid, lambda: [push.frame()])

    def close_room(self, room: str, namespace: str) -> Any:
        """Tell the room's pages that the account has changed, and disconnect them."""
        for connection, _ in self._participants(namespace, room):
            with _leaving():
                self._hang_up(connection, namespace)
        return super().close_room(room, namespace)

    def _send(
        self, namespace: str, room: str | None, skip_sid: str | list[str] | None, write: Callable[[], list[Frame]]
    ) -> None:
        participants = self._participants(namespace, room)
        if not participants:
            return
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        heard = [(connection, wire) for connection, wire in participants if connection not in skipped]
        frames = write()
        if room == OPERATORS and self.operators_room is not None:
            visitors = {visitor for _, wire in heard if (visitor := self._visitor(wire)) is not None}
            self.operators_room.admit(visitors, lambda admitted: self._deliver(namespace, heard, frames, admitted))
        else:
            self._deliver(namespace, heard, frames)

    def _deliver(
        self,
        namespace: str,
        participants: list[tuple[str, str]],
        frames: list[Frame],
        admitted: Collection[VisitorId] | None = None,
    ) -> None:
        """Send frames to connections; where only some visitors are admitted, hang up on the others."""
        for connection, wire in participants:
            with _leaving():
                if self._is_over(wire):
                    self.server.disconnect(connection, namespace=namespace, ignore_queue=True)
                elif admitted is not None and self._visitor(wire) not in admitted:
                    self._hang_up(connection, namespace)
                else:
                    for frame in frames:
                        self.server._send_eio_packet(wire, frame)

    def _hang_up(self, connection: str, namespace: str) -> None:
        super().emit(IDENTITY_CHANGED, {}, namespace, room=connection)
        self.server.disconnect(connection, namespace=namespace, ignore_queue=True)

    def _visitor(self, wire: str) -> VisitorId | None:
        caller = caller_of(self.server.environ.get(wire))
        return caller.visitor if caller is not None else None

    def _is_over(self, wire: str) -> bool:
        caller = caller_of(self.server.environ.get(wire))
        return caller is not None and caller.is_over(self.now())

    def _participants(self, namespace: str, room: str | None) -> list[tuple[str, str]]:
        return list(self.get_participants(namespace, room)) if namespace in self.rooms else []

    def _frames(self, event: str, data: Any, namespace: str) -> list[Frame]:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        encoded = self.server.packet_class(EVENT, namespace=namespace, data=[event, *arguments]).encode()
        return [Frame(MESSAGE, part) for part in (encoded if isinstance(encoded, list) else [encoded])]


SUBSCRIBE_SECONDS = 1.0
RETRY_SECONDS = 0.5
ANSWER_SECONDS = 5.0
SILENCE_SECONDS = 10.0

PROTOCOL = 2
"""By version 3 of Redis' protocol the client writes each message out for its own log, whether that is kept or not."""


class SharedRooms(RedisManager, Rooms):  # type: ignore[misc]  # python-socketio is not typed
    """The rooms of all processes. Redis' manager asks each process's own to close its part."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._subscribed = Event()

    def initialize(self) -> None:
        """Start to listen, and wait until Redis has confirmed it, or a moment: no page shall miss a push."""
        super().initialize()
        if not self._subscribed.wait(SUBSCRIBE_SECONDS):
            log.warning("Redis does not pass on pushes yet")

    def _listen(self) -> Iterator[dict[str, Any]]:
        """Yield what the library has to handle. Plain messages for rooms, such as lists, are passed on here."""
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
        """Yield what is published. After an outage the library would wait for up to a minute before it tries again."""
        while True:
            try:
                yield from self._subscription()
            except RedisError as error:
                if self._subscribed.is_set():
                    log.warning("Pushes do not come in, trying again: %s", error)
                self._subscribed.clear()
                time.sleep(RETRY_SECONDS)

    def _subscription(self) -> Iterator[bytes]:
        client = connect(self.redis_url, ANSWER_SECONDS, retries=0, protocol=PROTOCOL)
        subscription: Any = client.pubsub()  # type: ignore[no-untyped-call]  # redis-py has no type for it
        has_asked = False
        try:
            subscription.subscribe(self.channel)
            while True:
                message = subscription.get_message(timeout=SILENCE_SECONDS)
                if message is None and has_asked:
                    raise RedisConnectionError("no sign of life")
                has_asked = message is None
                if message is None:
                    subscription.ping()
                elif message["type"] == "subscribe":
                    self._subscribed.set()
                elif message["type"] == "message":
                    yield message["data"]
        finally:
            subscription.close()
            client.close()


def rooms_of(queue: str, channel: str) -> Rooms:
    """Return the rooms: joined through Redis if there is a queue."""
    return SharedRooms(queue, channel=channel, redis_options={"protocol": PROTOCOL}) if queue else Rooms()


def hang_up_everywhere(redis: Redis, room: str) -> None:
    """Close a room on all storefronts, from a process that has none itself. Raises `RedisError`."""
    message = {"method": "close_room", "room": room, "namespace": "/", "host_id": uuid.uuid4().hex}
    redis.publish(PUSH_CHANNEL, json.dumps(message))


@contextmanager
def _leaving() -> Iterator[None]:
    """Ignore the errors of a connection that is closing, so that the others get the message."""
    try:
        yield
    except (EngineIOError, KeyError) as gone:
        log.debug("A connection was gone already: %r", gone)
