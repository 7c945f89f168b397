from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from online_models.schema.events import Event, ItemViewed, RankingShown
from storefront import create_app
from storefront.events.spool import SpoolFull
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

VIEW = {"kind": "item_viewed", "event_id": "e1", "item": "mug", "occurred_at": 1.0, "surface": "category"}

ADDED = VIEW | {"kind": "cart_item_added", "quantity": 2}


def test_an_event_is_published_under_the_visitor_of_the_cookie(
    client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    forged = VIEW | {"visitor": "somebody-else", "received_at": 5.0, "simulated": True, "schema": 1}

    answer = client.post("/interactions", json=forged)

    assert answer.status_code == 202
    assert answer.get_json() == {"event_id": "e1", "accepted": True}
    (event,) = publisher.events
    assert isinstance(event, ItemViewed)
    assert event.visitor.startswith("v")
    assert not event.simulated
    assert event.received_at != 5.0
    assert event.surface == "category"


def test_several_events_get_a_receipt_each(client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    bad = VIEW | {"event_id": "e2", "item": "none"}
    answer = client.post("/interactions", json={"events": [VIEW, bad, VIEW | {"event_id": "e3"}]})
    assert [receipt["accepted"] for receipt in answer.get_json()["receipts"]] == [True, False, True]
    assert [event.event_id for event in publisher.events] == ["e1", "e3"]


@pytest.mark.parametrize(
    "surface", ["for_you", "trending", "top_rated", "new_arrivals", "goes_well_with", "bought_together", "similar"]
)
def test_what_was_seen_is_taken_in_from_every_surface(
    client: FlaskClient, publisher: MemoryEventPublisher, surface: str
) -> None:
    shown = {"kind": "ranking_shown", "surface": surface, "items": ["mug", "cup"]}
    assert client.post("/interactions", json=shown).get_json()["accepted"]
    (event,) = publisher.events
    assert isinstance(event, RankingShown)
    assert (event.surface, event.items) == (surface, ("mug", "cup"))


def test_a_time_without_an_impression_is_taken_in(client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    shown = {"kind": "ranking_shown", "surface": "for_you", "items": [], "drawn_ms": 12.5}
    assert client.post("/interactions", json=shown).get_json()["accepted"]
    (event,) = publisher.events
    assert isinstance(event, RankingShown)
    assert (event.items, event.drawn_ms) == ((), 12.5)


def test_a_repeated_event_counts_once(client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    add = {"kind": "cart_item_added", "event_id": "e1", "item": "mug", "quantity": 2}
    for _ in range(3):
        assert client.post("/interactions", json=add).get_json()["accepted"]
    assert len(publisher.events) == 1
    assert 'data-count="2"' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "visitor_forgotten"}, "unknown kind"),
        ({"kind": "visitor_identified"}, "unknown kind"),
        ({"kind": 7}, "unknown kind"),
        ({}, "unknown kind"),
        (["item_viewed"], "not an event"),
        ("item_viewed", "not an event"),
        ({"kind": "item_viewed"}, "item"),
        ({"kind": "item_viewed", "item": "none"}, "unknown item"),
        ({"kind": "item_viewed", "item": ["mug"]}, "item"),
        ({"kind": "item_viewed", "item": "mug", "event_id": "no good"}, "event_id"),
        ({"kind": "item_viewed", "item": "mug", "surface": "billboard"}, "surface"),
        ({"kind": "item_rated", "item": "mug", "stars": 6}, "stars"),
        ({"kind": "cart_item_added", "item": "mug", "quantity": 0}, "quantity"),
        ({"kind": "item_purchased", "item": "mug"}, "unknown kind of event"),
        ({"kind": "ranking_shown", "items": ["a"] * 101}, "items"),
    ],
)
def test_what_is_not_a_valid_event_is_refused_with_its_reason(
    client: FlaskClient, publisher: MemoryEventPublisher, fields: object, reason: str
) -> None:
    answer = client.post("/interactions", json=fields)
    assert answer.status_code == 422
    assert reason in answer.get_json()["reason"]
    assert publisher.events == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_other_sites_are_kept_out(
    client: FlaskClient, publisher: MemoryEventPublisher, headers: dict[str, str]
) -> None:
    assert client.post("/interactions", json=VIEW, headers=headers).status_code == 403
    assert publisher.events == []


def test_who_does_not_say_where_they_come_from_is_kept_out(app: Flask, publisher: MemoryEventPublisher) -> None:
    silent = FlaskClient(app, app.response_class)
    assert silent.post("/interactions", json=VIEW).status_code == 403
    assert publisher.events == []


def test_more_than_fifty_at_once_are_refused(client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    assert client.post("/interactions", json={"events": [VIEW] * 51}).status_code == 400
    assert client.post("/interactions", json={"events": VIEW}).status_code == 400
    assert publisher.events == []


@pytest.mark.parametrize("said", [-5.0, 9e12, "yesterday", None, True])
def test_the_browsers_clock_is_believed_within_a_day(
    client: FlaskClient, publisher: MemoryEventPublisher, said: object
) -> None:
    assert client.post("/interactions", json=VIEW | {"occurred_at": said}).status_code == 202
    (event,) = publisher.events
    assert event.received_at is not None
    assert event.received_at - 86_400 <= event.occurred_at <= event.received_at


def limited(tmp_path: Path, reader: MemoryServingReader, publisher: MemoryEventPublisher) -> Flask:
    app = create_app(
        {
            "SETTINGS": StorefrontSettings(
                home=tmp_path, secret="s", events_per_second=1, events_burst=3, ops_open=True
            ),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": publisher,
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )
    app.test_client_class = BrowserClient
    return app


def test_a_visitor_who_sends_too_much_is_slowed_down_and_others_are_not(
    tmp_path: Path, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    app = limited(tmp_path, reader, publisher)
    hasty, calm = app.test_client(), app.test_client()
    hasty.get("/")

    codes = [hasty.post("/interactions", json=VIEW | {"event_id": f"e{n}"}).status_code for n in range(8)]

    assert codes[:3] == [202] * 3
    assert 429 in codes
    assert calm.post("/interactions", json=VIEW).status_code == 202


class FullPublisher(MemoryEventPublisher):
    def publish(self, event: Event) -> None:
        raise SpoolFull("the disk is full")


def test_when_nothing_more_can_be_kept_the_sender_is_told(tmp_path: Path, reader: MemoryServingReader) -> None:
    app = limited(tmp_path, reader, FullPublisher())
    assert not app.test_client().post("/interactions", json=VIEW).get_json()["accepted"]


class ImpatientPublisher(MemoryEventPublisher):
    """While it publishes, the browser loses patience and sends the same event again."""

    def __init__(self) -> None:
        super().__init__()
        self.app: Flask | None = None
        self.cookie = ""

    def publish(self, event: Event) -> None:
        app, self.app = self.app, None
        if app is not None:
            client = app.test_client()
            client.set_cookie(COOKIE, self.cookie)
            assert client.post("/interactions", json=ADDED).get_json()["accepted"]
        super().publish(event)


def test_an_event_that_comes_again_while_it_is_taken_in_counts_once(
    tmp_path: Path, reader: MemoryServingReader
) -> None:
    publisher = ImpatientPublisher()
    publisher.app = app = limited(tmp_path, reader, publisher)
    client = app.test_client()
    client.get("/")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    publisher.cookie = cookie.value
    assert client.post("/interactions", json=ADDED).get_json()["accepted"]
    assert {event.event_id for event in publisher.events} == {"e1"}, "the learner drops what it knows"
    assert 'data-count="2"' in client.get("/").get_data(as_text=True)


def test_an_event_that_could_not_be_kept_may_come_again(tmp_path: Path, reader: MemoryServingReader) -> None:
    client = limited(tmp_path, reader, FullPublisher()).test_client()
    client.get("/")
    for _ in range(2):
        assert not client.post("/interactions", json=VIEW).get_json()["accepted"]


def test_before_the_first_catalog_events_are_taken_on_trust(
    client: FlaskClient, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    reader.catalog.products.clear()
    assert client.post("/interactions", json=VIEW).status_code == 202
    assert len(publisher.events) == 1


def counted(app: Flask, reason: str) -> float:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    lines = [line for line in text.splitlines() if line.startswith("riverfront_events_refused_total")]
    return sum(float(line.rpartition(" ")[2]) for line in lines if f'reason="{reason}"' in line)


def test_an_event_that_can_be_kept_nowhere_is_counted_as_such(tmp_path: Path, reader: MemoryServingReader) -> None:
    app = limited(tmp_path, reader, FullPublisher())
    app.test_client().post("/interactions", json=VIEW)
    assert counted(app, "queue_full") == 1
