import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from online_models.events import EventId, ItemId, ItemViewed, RankingId, RankingShown, VisitorId
from online_models.ranking import RankedItem, Ranking, Reason
from storefront.extensions import socketio
from storefront.memory import MemoryEventPublisher, MemoryServingReader
from storefront.visitors import COOKIE


def connect(app: Flask, client: FlaskClient, **auth: object) -> SocketIOTestClient:
    return socketio.test_client(app, flask_test_client=client, auth=auth)


def received(socket: SocketIOTestClient, name: str) -> list[Any]:
    return [message["args"][0] for message in socket.get_received() if message["name"] == name]


def visitor_of(client: FlaskClient) -> VisitorId:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return VisitorId(cookie.value.split(".")[0])


def test_nobody_connects_without_the_shops_cookie(app: Flask, client: FlaskClient) -> None:
    assert not connect(app, client).is_connected()
    client.set_cookie(COOKIE, "v1.forged")
    assert not connect(app, client).is_connected()


def test_the_connection_starts_with_the_present_list_and_the_baskets_count(
    app: Flask, client: FlaskClient, reader: MemoryServingReader
) -> None:
    client.get("/")
    visitor = visitor_of(client)
    reason = Reason(kind="often_next", text="Often next")
    items = tuple(RankedItem(item=ItemId(i), score=1, member="m", reason=reason) for i in ("gone", "purse"))
    reader.rankings[visitor] = Ranking(ranking_id=RankingId("r1"), visitor=visitor, ranked_at=1, items=items)

    messages = {message["name"]: message["args"][0] for message in connect(app, client).get_received()}

    assert messages["ranking_changed"]["ranking_id"] == "r1"
    assert messages["ranking_changed"]["items"][0]["item"] == "purse"
    assert messages["ranking_changed"]["items"][0]["reason"] == "Often next"
    assert messages["basket_changed"] == {"count": 0}


def test_an_event_is_published_and_answered(app: Flask, client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    client.get("/")
    socket = connect(app, client)

    answer = socket.emit(
        "interaction", {"kind": "item_viewed", "event_id": "e1", "item": "mug", "visitor": "x"}, callback=True
    )

    assert answer == {"event_id": "e1", "accepted": True}
    (event,) = publisher.events
    assert isinstance(event, ItemViewed)
    assert event.visitor == visitor_of(client)


@pytest.mark.parametrize("message", [None, 7, [], "item_viewed", {"kind": "item_viewed"}])
def test_a_bad_message_is_refused_and_the_connection_lives(
    app: Flask, client: FlaskClient, publisher: MemoryEventPublisher, message: object
) -> None:
    client.get("/")
    socket = connect(app, client)
    for name in ("interaction", "ranking_drawn"):
        assert not socket.emit(name, message, callback=True)["accepted"]
    assert socket.is_connected()
    assert publisher.events == []


def test_a_drawn_list_is_an_impression(app: Flask, client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    client.get("/")
    report = {"ranking_id": "r1", "cause": "e1", "items": ["mug", "bag"], "drawn_ms": 9.5, "painted_ms": 16.0}
    assert connect(app, client).emit("ranking_drawn", report, callback=True)["accepted"]
    (event,) = publisher.events
    assert isinstance(event, RankingShown)
    assert (event.items, event.cause, event.drawn_ms) == (("mug", "bag"), EventId("e1"), 9.5)


def test_two_pages_of_a_visitor_agree_on_basket_and_stars(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    stranger_client = app.test_client()
    stranger_client.get("/")
    one, two, stranger = connect(app, client), connect(app, client), connect(app, stranger_client)
    for socket in (one, two, stranger):
        socket.get_received()

    one.emit("interaction", {"kind": "cart_item_added", "item": "mug", "quantity": 2}, callback=True)
    one.emit("interaction", {"kind": "item_rated", "item": "mug", "stars": 5}, callback=True)

    messages: dict[str, object] = {}
    deadline = time.monotonic() + 10
    while len(messages) < 2 and time.monotonic() < deadline:
        messages |= {message["name"]: message["args"][0] for message in two.get_received()}
        time.sleep(0.01)
    assert messages == {"basket_changed": {"count": 2}, "rating_changed": {"item": "mug", "stars": 5}}
    assert stranger.get_received() == []


def test_operators_are_let_in_only_where_the_settings_say_so(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    assert not connect(app, client, ops=True).is_connected()
    assert connect(app, client, ops=False).is_connected()
