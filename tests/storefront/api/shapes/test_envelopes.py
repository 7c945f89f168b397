"""Each shape, as the system that writes it documents it."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.api.shapes.envelopes import Sent, events_in, read_event
from storefront.api.shapes.foreign import Unreadable
from storefront.api.shapes.table import TABLE, TITLES, Shape, kinds_of


def read(body: object) -> list[dict[str, Any]]:
    """Return the fields of all events that a body becomes, with their visitors."""
    return [{"visitor": one.visitor, **one.fields} for sent in events_in(body) for one in read_event(sent)]


def test_an_event_of_its_own_kind_is_taken_as_it_is() -> None:
    fields = {"kind": "item_viewed", "visitor": "v", "item": "mug", "event_id": "e1"}
    assert read(fields) == [fields]
    assert read({"events": [fields, fields]}) == [fields, fields]
    assert read([fields]) == [fields]


def test_ga4_by_the_measurement_protocol() -> None:
    body = {
        "client_id": "123.456",
        "timestamp_micros": "1700000000000000",
        "events": [
            {
                "name": "purchase",
                "params": {
                    "transaction_id": "T_1",
                    "currency": "USD",
                    "value": 30.03,
                    "items": [
                        {"item_id": "SKU_1", "item_name": "Tee", "price": 10.01, "quantity": 3},
                        {"item_id": 17, "price": "5"},
                    ],
                },
            }
        ],
    }
    first, second = read(body)
    assert first == {
        "visitor": "123.456",
        "kind": "item_purchased",
        "item": "SKU_1",
        "quantity": 3,
        "price": 1001,
        "order": "T_1",
        "surface": "api",
        "occurred_at": 1_700_000_000.0,
        "event_id": first["event_id"],
    }
    assert (second["item"], second["price"], second["quantity"]) == ("17", 500, 1)
    assert first["event_id"] != second["event_id"]
    assert read(body)[0]["event_id"] == first["event_id"], "an order counts once"


def test_ga4_by_the_data_layer() -> None:
    event = {
        "event": "select_item",
        "user_id": "u1",
        "ecommerce": {"item_list_id": "e1.1", "item_list_name": "for_you", "items": [{"item_id": "mug"}]},
    }
    (found,) = read(event)
    assert (found["kind"], found["item"], found["visitor"]) == ("list_item_clicked", "mug", "u1")
    assert (found["ranking_id"], found["surface"]) == ("e1.1", "for_you")


def test_ga4_a_list_that_was_searched_for_is_a_search_and_a_list() -> None:
    event = {"name": "view_item_list", "params": {"search_term": "mug", "items": [{"item_id": "a"}, {"item_id": "b"}]}}
    searched, shown = read({"client_id": "c", "events": [event]})
    assert (searched["kind"], searched["query"]) == ("searched", "mug")
    assert (shown["kind"], shown["items"], shown["surface"]) == ("ranking_shown", ["a", "b"], "search")


def test_segment_track() -> None:
    event = {
        "type": "track",
        "event": "Product Added",
        "anonymousId": "anon",
        "messageId": "m-1",
        "timestamp": "2023-11-14T22:13:20.000Z",
        "properties": {"product_id": "507f1f77", "price": 18.99, "quantity": 2, "currency": "usd"},
    }
    assert read({"batch": [event]}) == [
        {
            "visitor": "anon",
            "kind": "cart_item_added",
            "item": "507f1f77",
            "quantity": 2,
            "surface": "api",
            "occurred_at": 1_700_000_000.0,
            "event_id": "m-1",
        }
    ]


def test_segment_an_order_is_an_event_for_each_product() -> None:
    properties = {"order_id": "o1", "products": [{"product_id": "a", "price": 2}, {"sku": "b", "quantity": 4}]}
    event = {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "m", "properties": properties}
    assert [(one["item"], one["quantity"], one["event_id"]) for one in read(event)] == [
        ("a", 1, "m.0"),
        ("b", 4, "m.1"),
    ]


def test_segment_identify_and_alias_say_who_a_visitor_is() -> None:
    (identified,) = read({"type": "identify", "userId": "u", "anonymousId": "a"})
    assert (identified["kind"], identified["visitor"], identified["account"]) == ("visitor_identified", "a", "u")
    (alias,) = read({"type": "alias", "userId": "u", "previousId": "b"})
    assert (alias["visitor"], alias["account"]) == ("b", "u")
    assert read({"type": "identify", "userId": "u"}) == [], "nobody turned out to be somebody"


def test_segment_a_review_has_stars() -> None:
    event = {"event": "Product Reviewed", "userId": "u", "properties": {"product_id": "mug", "rating": "4"}}
    (found,) = read(event)
    assert (found["kind"], found["stars"]) == ("item_rated", 4)
    event["properties"]["rating"] = 9  # type: ignore[index]
    with pytest.raises(Unreadable):
        read(event)


def test_google_retail_as_written_and_as_imported() -> None:
    event = {
        "eventType": "purchase-complete",
        "visitorId": "v",
        "eventTime": "2023-11-14T22:13:20Z",
        "attributionToken": "e9.1",
        "productDetails": [
            {"product": {"id": "mug", "priceInfo": {"price": 2.5, "currencyCode": "EUR"}}, "quantity": 2}
        ],
        "purchaseTransaction": {"id": "o-1", "revenue": 5, "currencyCode": "EUR"},
    }
    (found,) = read(event)
    assert (found["kind"], found["item"], found["quantity"], found["price"]) == ("item_purchased", "mug", 2, 250)
    assert (found["ranking_id"], found["order"], found["occurred_at"]) == ("e9.1", "o-1", 1_700_000_000.0)
    assert read({"inputConfig": {"userEventInlineSource": {"userEvents": [event]}}}) == [found]


def test_google_retail_search() -> None:
    event = {
        "eventType": "search",
        "visitorId": "v",
        "searchQuery": "mug",
        "productDetails": [{"product": {"id": "a"}}],
    }
    assert [one["kind"] for one in read(event)] == ["searched", "ranking_shown"]


def snowplow(kind: str) -> dict[str, Any]:
    action = {"schema": "iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2"}
    product = {"schema": "iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0"}
    outer = {
        "schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",
        "data": {**action, "data": {"type": kind, "name": "for_you"}},
    }
    entities = {
        "schema": "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0",
        "data": [{**product, "data": {"id": "mug", "category": "c", "price": 2.5, "currency": "GBP"}}],
    }
    return {"outer": outer, "entities": entities, "action": outer["data"]}


@pytest.mark.parametrize("is_encoded", [True, False])
def test_snowplow_as_a_tracker_posts_it(is_encoded: bool) -> None:
    parts = snowplow("add_to_cart")
    texts = {name: json.dumps(parts[name]) for name in ("outer", "entities")}
    if is_encoded:
        packed = {name: urlsafe_b64encode(text.encode()).decode().rstrip("=") for name, text in texts.items()}
        row = {"e": "ue", "ue_px": packed["outer"], "cx": packed["entities"]}
    else:
        row = {"e": "ue", "ue_pr": texts["outer"], "co": texts["entities"]}
    row |= {"duid": "d1", "eid": "e-1", "dtm": "1700000000000"}
    body = {"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": [row, {"e": "pv"}]}
    (found,) = read(body)
    assert (found["kind"], found["item"], found["visitor"]) == ("cart_item_added", "mug", "d1")
    assert (found["event_id"], found["occurred_at"]) == ("e-1", 1_700_000_000.0)


def test_snowplow_as_self_describing_json() -> None:
    parts = snowplow("product_view")
    event = {**parts["action"], "contexts": parts["entities"]["data"], "domain_userid": "d1"}
    (found,) = read(event)
    assert (found["kind"], found["item"], found["surface"]) == ("item_viewed", "mug", "for_you")


def test_a_cloud_event_says_who_when_and_what() -> None:
    envelope = {
        "specversion": "1.0",
        "id": "1",
        "source": "//shop",
        "type": "com.example.item_viewed",
        "time": "2023-11-14T22:13:20Z",
        "subject": "v",
        "data": {"item": "mug"},
    }
    (found,) = read(envelope)
    assert (found["kind"], found["visitor"], found["item"]) == ("item_viewed", "v", "mug")
    assert found["occurred_at"] == 1_700_000_000.0
    other = read({**envelope, "source": "//other"})[0]
    assert found["event_id"] != other["event_id"], "source and id together name an event"


def test_a_cloud_event_may_carry_another_shape() -> None:
    envelope = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
    event = {"type": "track", "event": "Product Viewed", "userId": "u", "properties": {"product_id": "mug"}}
    assert read({**envelope, "data": event})[0]["item"] == "mug"


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": "c", "events": [{"name": "begin_checkout", "params": {"items": [{"item_id": "a"}]}}]},
        {"event": "gtm.js"},
        {"type": "page", "userId": "u"},
        {"type": "track", "event": "Cart Viewed", "userId": "u"},
        {"eventType": "home-page-view", "visitorId": "v"},
        {"e": "pv", "duid": "d"},
    ],
)
def test_what_has_no_meaning_here_becomes_nothing(body: object) -> None:
    assert read(body) == []


@pytest.mark.parametrize(
    "body",
    [
        7,
        {},
        {"hello": "world"},
        {"events": ["text"]},
        {"client_id": "c", "events": [{"name": "view_item", "params": {}}]},
        {"events": [{"name": "view_item", "params": {"items": [{"item_id": "a"}]}}]},
        {"eventType": "detail-page-view", "productDetails": [{"product": {"id": "a"}}]},
        {"kind": "item_viewed", "item": "mug"},
        {"specversion": "0.3", "type": "item_viewed", "id": "1", "source": "s"},
    ],
)
def test_what_cannot_be_read_is_said(body: object) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_no_name_stands_in_two_rows() -> None:
    for shape in TITLES:
        names = [name for row in TABLE for name in getattr(row, shape)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("shape", TITLES)
def test_every_name_of_the_table_has_kinds(shape: Shape) -> None:
    for row in TABLE:
        for name in getattr(row, shape):
            assert ", ".join(kinds_of(shape, name)) == row.kinds


NAMES = [
    "kind",
    "event",
    "name",
    "params",
    "items",
    "type",
    "properties",
    "eventType",
    "e",
    "schema",
    "data",
    "specversion",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_sent_is_read_or_said_to_be_unreadable(body: object) -> None:
    for sent in events_in(body):
        assert isinstance(sent, Sent)
        try:
            found = list(read_event(sent))
        except Unreadable:
            continue
        assert all(one.visitor for one in found)
