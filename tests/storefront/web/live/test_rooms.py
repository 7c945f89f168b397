"""A room with a connection that is just closing: everybody else in it hears what is said."""

import pytest

from storefront.web.live.rooms import Rooms, SharedRooms, rooms_of
from tests.storefront.web.live.wire import Wire, a_room, an_environ


@pytest.fixture(params=[Rooms, lambda: SharedRooms("redis://localhost:1", write_only=True)], ids=["alone", "shared"])
def rooms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    monkeypatch.setattr(SharedRooms, "_publish", lambda *_: None)
    made: Rooms = request.param()
    return made


def test_a_push_reaches_everybody_but_the_one_who_is_leaving(rooms: Rooms) -> None:
    wire = Wire("second")
    room, _ = a_room(wire, rooms)
    room.emit("trending_changed", {"items": []}, "/", room="everyone")
    assert wire.sent == [(name, ["trending_changed", {"items": []}]) for name in ("first", "third")]


def test_a_push_can_leave_somebody_out(rooms: Rooms) -> None:
    wire = Wire()
    room, connections = a_room(wire, rooms)
    room.emit("basket_changed", {"count": 2}, "/", room="everyone", skip_sid=connections[0])
    assert [name for name, _ in wire.sent] == ["second", "third"]


def test_whoever_asks_for_an_answer_is_safe_too(rooms: Rooms) -> None:
    wire = Wire("second")
    room, connections = a_room(wire, rooms)
    for connection in connections:
        room.emit("hello", {}, "/", room=connection, callback=lambda *_: None)
    assert [name for name, _ in wire.sent] == ["first", "third"]


def test_a_connection_whose_sign_in_has_ended_is_disconnected_instead_of_told(rooms: Rooms) -> None:
    wire = Wire()
    room, connections = a_room(wire, rooms)
    hung_up: list[str] = []
    room.server.environ = {"first": an_environ(100.0), "second": an_environ(200.0), "third": {}}
    room.server.disconnect = lambda connection, **_: hung_up.append(connection)
    room.now = lambda: 100.0
    room.emit("trending_changed", {"items": []}, "/", room="everyone")
    assert hung_up == connections[:1]
    assert [name for name, _ in wire.sent] == ["second", "third"]


def test_a_room_that_nobody_is_in_hears_nothing() -> None:
    wire = Wire()
    room, _ = a_room(wire, rooms_of("", "channel"))
    room.emit("hello", {}, "/nowhere", room="everyone")
    room.emit("hello", {}, "/", room="nobody")
    assert wire.sent == []


def test_a_room_that_is_closed_tells_everybody_but_the_one_who_is_leaving() -> None:
    wire = Wire("first")
    room, _ = a_room(wire, Rooms())
    room.close_room("everyone", "/")
    assert wire.sent == [(name, ["identity_changed", {}]) for name in ("second", "third")]
