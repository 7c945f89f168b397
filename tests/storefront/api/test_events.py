"""Events by the API."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from online_models.schema.events import (
    ItemPurchased,
    ItemRefunded,
    ItemViewed,
    ListItemClicked,
    RankingShown,
    Searched,
    VisitorIdentified,
)
from online_models.schema.own_visitors import visitor_of
from online_models.schema.records.cloud_event import payload_of
from storefront.api.shapes.cloud_events import unpack
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import ANONYMOUS
from tests.storefront.in_memory import MemoryEventPublisher


def a_view(visitor: str = "v", item: str = "mug", **fields: Any) -> dict[str, Any]:
    return {"kind": "item_viewed", "visitor": visitor, "item": item, **fields}


def results_of(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 202, answer.get_data()
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def test_an_event_is_taken_in_under_the_shops_own_id(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    (result,) = results_of(server.post("/events", json=a_view("customer 17", event_id="e-1")))
    assert result == {
        "index": 0,
        "status": "accepted",
        "events": [{"kind": "item_viewed", "is_accepted": True, "event_id": "e-1"}],
    }
    (event,) = publisher.events
    assert isinstance(event, ItemViewed)
    assert (event.visitor, event.item, event.event_id) == (visitor_of("customer 17"), "mug", "e-1")


def test_each_event_of_a_batch_has_a_result(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    batch = [a_view(), a_view(item="unknown"), {"type": "page", "userId": "u"}, {"hello": 1}, a_view(visitor="")]
    answer = server.post("/events", json={"events": batch})
    results = results_of(answer)
    assert [one["status"] for one in results] == ["accepted", "refused", "ignored", "refused", "refused"]
    assert [one.get("code") for one in results] == [None, "unknown_item", None, "not_an_event", "not_an_event"]
    counts = {name: answer.get_json()[name] for name in ("accepted", "ignored", "refused")}
    assert counts == {"accepted": 1, "ignored": 1, "refused": 3}
    assert len(publisher.events) == 1


def test_an_event_that_is_sent_again_counts_once(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    for _ in range(3):
        results_of(server.post("/events", json=a_view(event_id="e-1")))
    assert len(publisher.events) == 1


def test_a_request_that_is_sent_again_counts_once(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    again = {"Idempotency-Key": '"abc"'}
    ids = [
        [
            one["events"][0]["event_id"]
            for one in results_of(server.post("/events", json=[a_view(), a_view()], headers=again))
        ]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    assert len(publisher.events) == 2


def test_an_idempotency_key_has_a_form(server: ApiClient) -> None:
    assert server.post("/events", json=a_view(), headers={"Idempotency-Key": "a b"}).status_code == 400


def test_of_nothing_that_was_taken_in_there_is_a_problem(server: ApiClient) -> None:
    answer = server.post("/events", json=a_view(item="unknown"))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["results"][0]["code"] == "unknown_item"


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b'"\\ud800', 400), (b"[]", 422), (b'{"events": []}', 422)])
def test_a_body_that_holds_no_event(server: ApiClient, body: bytes, status: int) -> None:
    assert server.post("/events", data=body, content_type="application/json").status_code == status


def test_a_body_of_another_kind_is_refused(server: ApiClient) -> None:
    assert server.post("/events", data={"a": "b"}).status_code == 415


def test_more_than_a_batch_is_too_much(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    assert server.post("/events", json=[a_view()] * 1_001).status_code == 413
    assert publisher.events == []


def test_a_thousand_events_come_at_once(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    results = results_of(server.post("/events", json=[a_view(f"v{number}") for number in range(1_000)]))
    assert {one["status"] for one in results} == {"accepted"}
    assert len(publisher.events) == 1_000


def test_a_server_is_trusted(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    results_of(server.post("/events", json=[a_view(occurred_at=1_000_000.0) for _ in range(300)]))
    assert len(publisher.events) == 300, "the rate of one visitor does not hold"
    assert {event.network for event in publisher.events} == {None}, "it counts by visitor"
    assert {event.occurred_at for event in publisher.events} == {1_000_000.0}, "history may be sent"


def test_a_server_may_say_from_which_network_an_event_comes(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    results_of(server.post("/events", json=[a_view(network="x"), a_view(network="x"), a_view(network="y")]))
    first, second, third = (event.network for event in publisher.events)
    assert first == second != third
    assert first is not None
    assert len(first) == 12


def test_a_page_is_counted_by_network_and_visitor(page: ApiClient, publisher: MemoryEventPublisher) -> None:
    old = a_view(ANONYMOUS, occurred_at=1_000_000.0, network="made up")
    results = results_of(page.post("/events", json=[old] * 300))
    assert {one["status"] for one in results} == {"accepted", "refused"}
    assert {one["code"] for one in results if one["status"] == "refused"} == {"too_many"}
    assert len({event.network for event in publisher.events}) == 1
    assert min(event.occurred_at for event in publisher.events) > 1_000_000.0


@pytest.mark.parametrize("kind", ["item_refunded", "item_forgotten", "visitor_identified", "visitor_forgotten"])
def test_a_page_may_not_say_everything(page: ApiClient, publisher: MemoryEventPublisher, kind: str) -> None:
    answer = page.post("/events", json={"kind": kind, "visitor": ANONYMOUS, "item": "mug", "account": "w"})
    assert answer.status_code == 422
    assert answer.get_json()["results"][0]["code"] == "unknown_kind"
    assert publisher.events == []


def test_every_new_kind_arrives(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    of_v = {"visitor": "v"}
    sent = [
        {"kind": "item_purchased", "item": "mug", "quantity": 2, "price": 195, "order": "o1", **of_v},
        {"kind": "item_refunded", "item": "mug", "order": "o1", **of_v},
        {"kind": "searched", "query": "red mug", **of_v},
        {"kind": "list_item_clicked", "item": "cup", "surface": "for_you", "ranking_id": "e1.1", **of_v},
        {"kind": "ranking_shown", "items": ["mug", "cup"], "surface": "for_you", "ranking_id": "e1.1", **of_v},
    ]
    results_of(server.post("/events", json=sent))
    assert [type(event) for event in publisher.events] == [
        ItemPurchased,
        ItemRefunded,
        Searched,
        ListItemClicked,
        RankingShown,
    ]


def test_who_turns_out_to_be_somebody_takes_along_what_they_did(
    server: ApiClient, publisher: MemoryEventPublisher
) -> None:
    results_of(server.post("/events", json={"type": "identify", "anonymousId": "anon", "userId": "customer-17"}))
    (event,) = publisher.events
    assert isinstance(event, VisitorIdentified)
    assert (event.visitor, event.account) == (visitor_of("anon"), visitor_of("customer-17"))


def test_a_cloud_event_in_binary_mode(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "item_viewed", "ce-subject": "v"}
    results_of(server.post("/events", json={"item": "mug"}, headers=headers))
    (event,) = publisher.events
    assert isinstance(event, ItemViewed)


def test_cloud_events_in_structured_mode_and_in_batches(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    event = '{"specversion":"1.0","id":"%d","source":"s","type":"item_viewed","subject":"v","data":{"item":"mug"}}'
    results_of(server.post("/events", data=event % 1, content_type="application/cloudevents+json; charset=utf-8"))
    both = f"[{event % 2},{event % 3}]"
    results_of(server.post("/events", data=both, content_type="application/cloudevents-batch+json"))
    assert len(publisher.events) == 3


def test_an_event_of_many_items_is_taken_apart(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    products = [{"product_id": "mug"}, {"product_id": "unknown"}]
    order = {"type": "track", "event": "Order Completed", "userId": "u", "properties": {"products": products}}
    (result,) = results_of(server.post("/events", json=order))
    assert result["status"] == "partial"
    assert [one["is_accepted"] for one in result["events"]] == [True, False]


def test_what_is_sent_by_an_api_is_stored_like_a_pages(server: ApiClient) -> None:
    results_of(server.post("/events", json={"kind": "item_dismissed", "visitor": "v", "item": "mug"}))
    items = [one["item"] for one in server.get("/visitors/v/recommendations?count=100").get_json()["items"]]
    assert "mug" not in items
    assert items


def test_a_cloud_event_has_the_id_that_it_has_in_kafka() -> None:
    sent = {"specversion": "1.0", "id": "17", "source": "/shop", "type": "item_viewed", "data": {"item": "mug"}}
    attributes = [(f"ce_{name}", str(sent[name]).encode()) for name in ("specversion", "id", "source", "type")]
    logged = payload_of(b'{"item":"mug"}', attributes)
    assert logged is not None
    assert unpack(sent)["event_id"] == json.loads(logged)["event_id"]
