from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from online_models.schema.events import ItemViewed, RankingShown
from storefront import create_app
from storefront.events.receipt import Refusal
from storefront.events.spool import NotStored, SpoolFailed, SpoolFull
from storefront.limits.event_allowance import EVENT_BYTES
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.browser_client import BrowserClient
from tests.storefront.events.views import wait_until
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.troubled_publishers import FullPublisher, SlowPublisher

READS_JSON = {"Accept": "application/json"}
VIEW = {"kind": "item_viewed", "event_id": "e1", "item": "mug", "occurred_at": 1.0, "surface": "category"}

ADDED = VIEW | {"kind": "cart_item_added", "quantity": 2}


def test_an_event_is_published_under_the_visitor_of_the_cookie(
    client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    forged = VIEW | {"visitor": "somebody-else", "received_at": 5.0, "simulated": True, "schema": 1}
    forged["network"] = "000000000000"

    answer = client.post("/interactions", json=forged)

    assert answer.status_code == 202
    assert answer.get_json() == {"event_id": "e1", "accepted": True}
    (event,) = publisher.events
    assert isinstance(event, ItemViewed)
    assert event.visitor.startswith("v")
    assert not event.simulated
    assert event.received_at != 5.0
    assert event.network not in (None, "000000000000")
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


def test_a_time_without_an_impression_is_taken_in_and_not_believed_without_a_push(
    client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    shown = {"kind": "ranking_shown", "surface": "for_you", "items": [], "drawn_ms": 12.5}
    assert client.post("/interactions", json=shown).get_json()["accepted"]
    (event,) = publisher.events
    assert isinstance(event, RankingShown)
    assert (event.items, event.drawn_ms) == ((), None)


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
        ({"kind": "ranking_shown", "items": ["mug"] * 25}, "at most 24 items"),
        ({"kind": "ranking_shown", "items": ["mug", "none"]}, "unknown item"),
        ({"kind": "cart_item_added", "item": "mug", "quantity": 1_000}, "at most 999"),
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


def test_a_large_event_counts_as_several(app: Flask, client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    burst = app.config["SETTINGS"].events_burst
    large = {**VIEW, "note": "x" * (EVENT_BYTES * (2 * burst - 2))}
    answers = [client.post("/interactions", json=large | {"event_id": f"e{number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 429, 429]
    assert len(publisher.events) == 1


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


def test_when_nothing_more_can_be_kept_the_sender_is_told(tmp_path: Path, reader: MemoryServingReader) -> None:
    client = limited(tmp_path, reader, FullPublisher()).test_client()
    for body in (VIEW, {"events": [VIEW, VIEW | {"event_id": "e2"}]}):
        answer = client.post("/interactions", json=body)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        receipts = answer.get_json().get("receipts") or [answer.get_json()]
        assert {receipt["reason"] for receipt in receipts} == {Refusal.QUEUE_FULL}
        assert not any(receipt["accepted"] for receipt in receipts)


@pytest.mark.parametrize("error", [SpoolFull("many events wait"), SpoolFailed("no space left"), NotStored("slow")])
def test_an_event_that_was_not_stored_has_changed_nothing_and_counts_once_when_it_comes_again(
    tmp_path: Path, reader: MemoryServingReader, error: NotStored
) -> None:
    publisher = FullPublisher(error)
    client = limited(tmp_path, reader, publisher).test_client()
    client.get("/")
    basket = {"kind": "cart_item_added", "item": "mug", "quantity": 2, "event_id": "e1"}

    codes = [client.post("/interactions", json=basket).status_code for _ in range(200)]

    assert set(codes) == {503}, "who only tries again is never told that it is too often"
    publisher.error = None
    assert client.post("/interactions", json=basket).status_code == 202
    assert client.post("/interactions", json=basket).status_code == 202
    assert [event.event_id for event in publisher.events] == ["e1"]
    assert client.post("/basket/lines/mug", data=form_of(client, quantity="2"), headers=READS_JSON).get_json() == {
        "count": 2,
        "quantity": 2,
        "sum": "£3.90",
        "subtotal": "£3.90",
    }


def form_of(client: FlaskClient, **fields: str) -> dict[str, str]:
    assert isinstance(client, BrowserClient)
    return {"token": client.token_on("/products/mug"), **fields}


def test_all_events_of_a_request_are_sent_before_the_first_is_waited_for(
    tmp_path: Path, reader: MemoryServingReader
) -> None:
    publisher = SlowPublisher()
    client = limited(tmp_path, reader, publisher).test_client()
    client.get("/")
    events = [VIEW | {"event_id": f"e{number}"} for number in range(3)]
    with ThreadPoolExecutor(1) as other:
        answer = other.submit(client.post, "/interactions", json={"events": events})
        wait_until(lambda: len(publisher.open) == 3)
        assert not answer.done()
        for delivery in publisher.open:
            delivery.confirm()
        receipts = answer.result(10).get_json()["receipts"]
    assert [receipt["accepted"] for receipt in receipts] == [True] * 3


def test_an_event_that_comes_again_while_it_is_taken_in_counts_once(
    tmp_path: Path, reader: MemoryServingReader
) -> None:
    publisher = SlowPublisher()
    app = limited(tmp_path, reader, publisher)
    first, again = app.test_client(), app.test_client()
    first.get("/")
    cookie = first.get_cookie(COOKIE)
    assert cookie is not None
    again.set_cookie(COOKIE, cookie.value)
    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(client.post, "/interactions", json=ADDED) for client in (first, again)]
        assert publisher.sent.wait(10)
        assert not any(answer.done() for answer in answers), "no receipt before the event is safe"
        publisher.open[0].confirm()
        assert all(answer.result(10).get_json()["accepted"] for answer in answers)
    assert [event.event_id for event in publisher.events] == ["e1"]
    assert 'data-count="2"' in first.get("/").get_data(as_text=True)


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
