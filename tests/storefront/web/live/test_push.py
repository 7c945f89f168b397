"""What the queue brings for a room is passed on as the library would pass it on, without being taken apart."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from socketio import RedisManager
from socketio.packet import Packet

from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from infra.programs.binaries import find_redis_server
from infra.programs.program import Child
from infra.redis.server import redis_program
from infra.stack.home import Home
from infra.stack.servers import own_redis
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.messages import PUSH_CHANNEL, RankingChanged, TrendingChanged
from online_models.schema.phrases import Phrase
from online_models.schema.product import Product
from online_models.schema.recommendations import Reason, card_of
from storefront.web.live.caller import CALLER
from storefront.web.live.push import read_push
from storefront.web.live.rooms import SharedRooms, rooms_of
from tests.consumers.fakes import ManualClock, MemoryOutbox
from tests.storefront.web.live.wire import EVERYONE, Wire, a_room, an_environ, aside

REASON = Reason(phrase=Phrase("Often next"))
CARDS = tuple(
    card_of(Product(item=ItemId(item), title=title, price=195, category="mugs", picture="/pictures/p"), REASON)
    for item, title in (("mug", 'Grüße \N{HOT BEVERAGE} \'n "more" \\ <b>'), ("cup", "\u2028杯\x07"))
)
LIST = {"ranking_id": "r1", "items": [{"item": "mug", "title": "Blå krus \N{HOT BEVERAGE}", "price": 195}]}


class Heard(SharedRooms):
    """Rooms joined to others, who have said all that they say."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__("redis://localhost:1", write_only=True)
        self._heard = messages

    def _messages(self) -> Iterator[bytes]:
        yield from self._heard


def learners_own() -> list[bytes]:
    outbox = MemoryOutbox()
    notifier = Notifier(outbox)
    changed = RankingChanged(ranking_id=RankingId("r1"), items=CARDS, causes=(EventId("e1"),))
    notifier.push_ranking(VisitorId("v1"), changed)
    notifier.push_trending(TrendingChanged(items=CARDS))
    outbox.flush()
    return [payload for _, payload in outbox.published]


def an_emit(**fields: object) -> bytes:
    message = {"method": "emit", "event": "ranking_changed", "data": [LIST], "room": EVERYONE, "namespace": "/"}
    return json.dumps(message | {"binary": False, "skip_sid": None, "callback": None, "host_id": "h"} | fields).encode()


PLAIN = {
    "of the learner, for a visitor": learners_own()[0],
    "of the learner, for everyone": learners_own()[1],
    "of the library": an_emit(),
    "without an argument": an_emit(data=[]),
    "with two arguments": an_emit(data=[1, {"count": 2}]),
    "with a list as its argument": an_emit(data=[[1, "two", None]]),
    "with words of all kinds": an_emit(event='quo"te\\Grüße', data=['\ud83c\udf89 \\ " </script> \u2028']),
    "written at ease": json.dumps(json.loads(an_emit()), indent=2, ensure_ascii=False).encode(),
    "leaving one out": an_emit(skip_sid="c1"),
    "leaving two out": an_emit(skip_sid=["c0", "c1"]),
    "for one connection": an_emit(room="c2"),
    "for a room that nobody is in": an_emit(room="nobody"),
}
OTHER = {
    "with nothing as its argument": an_emit(data=[None]),
    "for all rooms": an_emit(room=None),
    "with bytes": an_emit(binary=True, data=[{"_placeholder": True, "num": 0}, "AQI="]),
    "in another namespace": an_emit(namespace="/nowhere"),
    "not as a list": an_emit(data={"count": 2}),
    "with an answer asked for": an_emit(callback=["c1", "/", 7], room="c1"),
    "half a character": an_emit(data=["\ud83c"]),
}
NONSENSE = (
    b"",
    b"7",
    b"null",
    b"[]",
    b'"emit"',
    b"{",
    b"\xff\xfe",
    b'{"method":"emit"}',
    b'{"method":"emit","event":"x","data":["\xff"],"room":"everyone"}',
    b'{"method":"emit","event":7,"data":[],"room":"everyone"}',
    b'{"method":7}',
    b"[" * 100_000,
    b'{"method":"emit","event":"x","room":"everyone","data":[' + b"[" * 100_000,
)


def passed_on(message: bytes, wire: Wire) -> list[dict[str, Any]]:
    """Let rooms hear a message as they do in a storefront. Return what they leave to the library."""
    rooms, _ = a_room(wire, Heard(message.replace(b"visitor:v1", b"everyone")))
    left = list(rooms._listen())
    for other in left:
        rooms._handle_emit(other)
    return left


def as_the_library_does(message: bytes, wire: Wire) -> None:
    library, _ = a_room(wire, RedisManager("redis://localhost:1", write_only=True))
    library.server.packet_class = Packet
    library._handle_emit(json.loads(message.replace(b"visitor:v1", b"everyone")))


@pytest.mark.parametrize("message", PLAIN.values(), ids=PLAIN.keys())
def test_a_plain_message_is_passed_on_as_the_library_would(message: bytes) -> None:
    ours, librarys = Wire(), Wire()
    assert passed_on(message, ours) == []
    as_the_library_does(message, librarys)
    assert ours.sent == librarys.sent


@pytest.mark.parametrize("message", OTHER.values(), ids=OTHER.keys())
def test_what_is_not_plain_is_left_to_the_library(message: bytes) -> None:
    ours, librarys = Wire(), Wire()
    assert passed_on(message, ours) == [json.loads(message)]
    if not json.loads(message)["binary"]:  # The shop sends none.
        as_the_library_does(message, librarys)
        assert ours.sent == librarys.sent


@pytest.mark.parametrize("method", ["disconnect", "enter_room", "leave_room", "close_room", "callback"])
def test_what_is_no_message_for_a_page_is_left_to_the_library(method: str) -> None:
    message = {"method": method, "sid": "c1", "room": EVERYONE, "namespace": "/", "host_id": "h"}
    rooms, _ = a_room(Wire(), Heard(json.dumps(message).encode()))
    assert list(rooms._listen()) == [message]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_on_the_queue_does_not_keep_the_next_message(nonsense: bytes) -> None:
    assert read_push(nonsense) is None or b"\xff" in nonsense
    wire = Wire()
    rooms, _ = a_room(wire, Heard(nonsense, an_emit(event="after")))
    rooms.server.logger = rooms.logger = _Silent()
    rooms.server.start_background_task = lambda *_: None
    rooms._thread()
    assert [event for _, (event, *_) in wire.sent] == ["after"] * 3


def test_what_this_process_has_published_itself_is_not_sent_twice() -> None:
    wire = Wire()
    rooms = Heard()
    rooms._heard = (an_emit(host_id=rooms.host_id),)
    a_room(wire, rooms)
    assert list(rooms._listen()) == []
    assert wire.frames == []


def test_a_list_reaches_everybody_but_who_leaves_and_hangs_up_whose_sign_in_is_over() -> None:
    wire = Wire("first")
    rooms, connections = a_room(wire, Heard(an_emit()))
    hung_up: list[str] = []
    rooms.now = lambda: 100.0
    rooms.server.environ = {"second": an_environ(100.0)}
    rooms.server.disconnect = lambda connection, **_: hung_up.append(connection)
    assert list(rooms._listen()) == []
    assert hung_up == connections[1:2]
    assert wire.sent == [("third", ["ranking_changed", LIST])]


def test_a_connection_that_fails_in_an_unknown_way_does_not_keep_the_next_message() -> None:
    wire = Wire()
    rooms, _ = a_room(wire, Heard(an_emit(event="before"), an_emit(event="after", room="c2")))
    rooms.server.environ = {"first": {CALLER: "nobody"}}
    assert list(rooms._listen()) == []
    assert wire.sent == [("third", ["after", LIST])]


class Storefront:
    """One of several storefronts joined by Redis."""

    def __init__(self, redis_url: str) -> None:
        self.wire = Wire()
        self.rooms, _ = a_room(self.wire, rooms_of(redis_url, PUSH_CHANNEL))
        self.is_ready = threading.Event()
        self.listener = aside(self._listen)

    def _listen(self) -> None:
        for other in self.rooms._listen():
            self.is_ready.set()
            if other["method"] == "end":
                return

    def close(self) -> None:
        self.listener.join(20)
        if self.rooms.redis:
            self.rooms.redis.close()


@pytest.mark.integration
def test_a_storefront_hears_again_soon_after_redis_was_away(tmp_path: Path) -> None:
    access = own_redis(Home(tmp_path))
    program = redis_program(find_redis_server(), access, tmp_path, tmp_path / "redis.log")
    shop = Storefront(access.url)
    for event in ("before", "after"):
        server = Child(program)
        server.wait_until_ready()
        with Redis.from_url(access.url) as redis:
            while event not in {said for _, (said, *_) in shop.wire.sent}:
                redis.publish(PUSH_CHANNEL, an_emit(event=event))
                shop.listener.join(0.05)
            if event == "after":
                redis.publish(PUSH_CHANNEL, '{"method":"end"}')
                shop.close()
        server.stop()


@pytest.mark.integration
def test_two_storefronts_joined_by_redis_hear_the_learner_and_each_other(empty_redis: str) -> None:
    outbox = Outbox(empty_redis, ManualClock())
    shops = [Storefront(empty_redis), Storefront(empty_redis)]
    with Redis.from_url(empty_redis) as redis:
        for shop in shops:
            while not shop.is_ready.wait(0.05):
                redis.publish(PUSH_CHANNEL, '{"method":"begin"}')
        Notifier(outbox).push_trending(TrendingChanged(items=CARDS))
        assert outbox.flush()
        shops[0].rooms.emit("basket_changed", {"count": 2}, "/", room=EVERYONE)
        redis.publish(PUSH_CHANNEL, '{"method":"end"}')
    for shop in shops:
        shop.close()
        heard = sorted(event for _, (event, *_) in shop.wire.sent)
        assert heard == ["basket_changed"] * 3 + ["trending_changed"] * 3
    outbox.close()


class _Silent:
    def error(self, *_: object, **__: object) -> None:
        pass

    info = debug = exception = warning = error
