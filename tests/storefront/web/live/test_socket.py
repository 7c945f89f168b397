import json
import time
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from online_models.schema.events import EventId, ItemId, ItemViewed, RankingId, RankingShown, VisitorId
from online_models.schema.messages import RANKING_CHANGED, visitor_room
from online_models.schema.phrases import Phrase
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from storefront.extensions import socketio
from storefront.limits.push_causes import BURST, NETWORK_BURST, NETWORK_PER_SECOND
from storefront.visitor_state.visitors import COOKIE
from storefront.web.live.push import Push
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader


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


def caught_up(socket: SocketIOTestClient, page: object) -> dict[str, Any]:
    answer = socket.emit("catch_up", page, callback=True)
    return {one["name"]: one["message"] for one in answer["messages"]}


def ranking(visitor: VisitorId, *items: str) -> Ranking:
    reason = Reason(phrase=Phrase("Often next"))
    ranked = tuple(RankedItem(item=ItemId(i), score=1, member="m", reason=reason) for i in items)
    return Ranking(ranking_id=RankingId("r1"), visitor=visitor, ranked_at=1, items=ranked)


def test_a_page_that_was_away_gets_its_present_lists_the_baskets_count_and_the_stars(
    app: Flask, client: FlaskClient, reader: MemoryServingReader
) -> None:
    client.get("/")
    visitor = visitor_of(client)
    socket = connect(app, client)
    socket.emit("interaction", {"kind": "cart_item_added", "item": "mug", "quantity": 2}, callback=True)
    socket.emit("interaction", {"kind": "item_rated", "item": "mug", "stars": 4}, callback=True)
    reader.rankings[visitor] = ranking(visitor, "gone", "purse")

    messages = caught_up(socket, {"lists": ["for_you", "trending"], "item": "mug"})

    assert messages["ranking_changed"]["ranking_id"] == "r1"
    assert messages["ranking_changed"]["items"][0]["item"] == "purse"
    assert messages["ranking_changed"]["items"][0]["phrase"] == "Often next"
    assert messages["trending_changed"]["items"]
    assert messages["basket_changed"] == {"count": 2}
    assert messages["rating_changed"] == {"item": "mug", "stars": 4}
    assert messages["wish_changed"] == {"item": "mug", "is_wished": False}


def test_a_list_that_the_page_has_or_does_not_show_is_not_sent_again(
    app: Flask, client: FlaskClient, reader: MemoryServingReader
) -> None:
    client.get("/")
    visitor = visitor_of(client)
    reader.rankings[visitor] = ranking(visitor, "purse")
    socket = connect(app, client)
    assert caught_up(socket, {"lists": ["for_you"], "ranking_id": "r1"}) == {"basket_changed": {"count": 0}}
    assert caught_up(socket, {"lists": []}) == {"basket_changed": {"count": 0}}


def test_what_belongs_to_the_open_product_and_the_basket_is_caught_up_with_too(
    app: Flask, client: FlaskClient, reader: MemoryServingReader
) -> None:
    client.get("/")
    visitor = visitor_of(client)
    socket = connect(app, client)
    socket.emit("interaction", {"kind": "cart_item_added", "item": "bowl", "quantity": 1}, callback=True)
    reader.goes_well_with_for[visitor] = msgspec.structs.replace(ranking(visitor, "tote"), item=ItemId("mug"))
    reader.bought_together[visitor] = ranking(visitor, "cup")

    answer = socket.emit("catch_up", {"lists": ["goes_well_with", "bought_together"], "item": "mug"}, callback=True)

    related = {one["message"]["surface"]: one["message"] for one in answer["messages"] if "surface" in one["message"]}
    assert related["goes_well_with"]["items"][0]["item"] == "tote"
    assert related["goes_well_with"]["item"] == "mug"
    assert related["bought_together"]["items"][0]["item"] == "cup"


@pytest.mark.parametrize("page", [None, 7, [], "for_you", {"lists": 7, "item": 7}, {"lists": [7, None], "item": "no"}])
def test_a_page_that_says_nonsense_is_told_little(app: Flask, client: FlaskClient, page: object) -> None:
    client.get("/")
    assert set(caught_up(connect(app, client), page)) <= {"basket_changed"}


def test_nobody_catches_up_all_the_time(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    socket = connect(app, client)
    answers = [caught_up(socket, {"lists": []}) for _ in range(30)]
    assert answers[0]
    assert not answers[-1]


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


def test_an_event_that_fails_is_logged_and_not_answered_and_the_connection_lives(
    app: Flask,
    client: FlaskClient,
    publisher: MemoryEventPublisher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.get("/")
    socket = connect(app, client)
    view = {"kind": "item_viewed", "item": "mug", "event_id": "e1"}
    with monkeypatch.context() as broken:
        broken.setattr(publisher, "send", lambda *_: [][0])
        socketio.server.eio._trigger_event("message", socket.eio_sid, f'27["interaction",{json.dumps(view)}]')
    assert "IndexError" in caplog.text
    assert socket.acks is None
    assert socket.emit("interaction", view, callback=True)["accepted"]
    assert len(publisher.events) == 1


def test_an_event_is_taken_in_without_a_request_to_flask(
    app: Flask, client: FlaskClient, publisher: MemoryEventPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")
    socket = connect(app, client)
    monkeypatch.setattr(app, "request_context", lambda _: [][0])
    for name in ("interaction", "ranking_drawn"):
        socket.emit(name, {"kind": "item_viewed", "item": "mug", "ranking_id": "r1", "items": ["mug"]}, callback=True)
    assert [type(event) for event in publisher.events] == [ItemViewed, RankingShown]


def test_a_drawn_list_is_an_impression(app: Flask, client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    client.get("/")
    report = {"ranking_id": "r1", "cause": "e1", "items": ["mug", "bag"], "drawn_ms": 9.5, "painted_ms": 16.0}
    page = connect(app, client)
    push = a_push(visitor_of(client), "e1", received_at=time.time())
    socketio.server.manager.pass_on(push)
    for _ in range(2):
        assert page.emit("ranking_drawn", report, callback=True)["accepted"]
    shown = [event for event in publisher.events if isinstance(event, RankingShown)]
    assert [(event.items, event.cause, event.drawn_ms, event.painted_ms) for event in shown] == [
        (("mug", "bag"), EventId("e1"), 9.5, 16.0),
        (("mug", "bag"), EventId("e1"), None, None),
    ], "the time counts once"


def test_the_time_of_a_list_that_was_not_pushed_does_not_count(
    app: Flask, client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    client.get("/")
    report = {"cause": "e1", "items": ["mug"], "drawn_ms": 9.5}
    page = connect(app, client)
    for visitor, cause in (("v-another", "e1"), (visitor_of(client), "e2")):
        socketio.server.manager.pass_on(a_push(VisitorId(visitor), cause, received_at=time.time()))
    assert page.emit("ranking_drawn", report, callback=True)["accepted"]
    (event,) = publisher.events
    assert isinstance(event, RankingShown)
    assert (event.items, event.drawn_ms) == (("mug",), None)


def test_times_of_many_cookies_of_one_network_count_no_more_often_than_a_networks_may(
    app: Flask, client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    began_at = time.monotonic()
    for _ in range(3 * NETWORK_BURST // BURST):
        client.delete_cookie(COOKIE)
        client.get("/")
        page, visitor = connect(app, client), visitor_of(client)
        for number in range(BURST):
            socketio.server.manager.pass_on(a_push(visitor, f"e{number}", received_at=time.time()))
            report = {"cause": f"e{number}", "items": ["mug"], "drawn_ms": 9.5}
            assert page.emit("ranking_drawn", report, callback=True)["accepted"], "it is an impression all the same"
    shown = [event for event in publisher.events if isinstance(event, RankingShown)]
    counted = sum(event.drawn_ms is not None for event in shown)
    assert len({event.visitor for event in shown}) == 3 * NETWORK_BURST // BURST
    assert NETWORK_BURST <= counted <= NETWORK_BURST + NETWORK_PER_SECOND * (time.monotonic() - began_at) + 1


def a_push(visitor: VisitorId, cause: str, received_at: float) -> Push:
    data = {"ranking_id": "r1", "items": [], "causes": ["e0", cause], "journey": {"received_at": received_at}}
    return Push("emit", RANKING_CHANGED, [msgspec.Raw(json.dumps(data).encode())], visitor_room(visitor))


def test_two_pages_of_a_visitor_agree_on_basket_stars_and_hearts(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    stranger_client = app.test_client()
    stranger_client.get("/")
    one, two, stranger = connect(app, client), connect(app, client), connect(app, stranger_client)
    for socket in (one, two, stranger):
        socket.get_received()

    one.emit("interaction", {"kind": "cart_item_added", "item": "mug", "quantity": 2}, callback=True)
    one.emit("interaction", {"kind": "item_rated", "item": "mug", "stars": 5}, callback=True)
    one.emit("interaction", {"kind": "item_wished", "item": "mug"}, callback=True)

    messages: dict[str, object] = {}
    deadline = time.monotonic() + 10
    while len(messages) < 3 and time.monotonic() < deadline:
        messages |= {message["name"]: message["args"][0] for message in two.get_received()}
        time.sleep(0.01)
    assert messages == {
        "basket_changed": {"count": 2},
        "rating_changed": {"item": "mug", "stars": 5},
        "wish_changed": {"item": "mug", "is_wished": True},
    }
    assert stranger.get_received() == []


def test_operators_are_let_in_only_where_the_settings_say_so(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    assert not connect(app, client, ops=True).is_connected()
    assert connect(app, client, ops=False).is_connected()
