"""CloudEvents in Kafka: both modes say the same, and what is none is left alone."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.schema.events import InvalidEvent, ItemRated, ItemViewed
from online_models.schema.own_visitors import visitor_of
from online_models.schema.records.cloud_event import Headers, event_id_of, payload_of, unix_seconds
from online_models.schema.records.event_record import read_event
from tests.shop_ids import ODD_IDS, shop_ids

ENVELOPE = {
    "specversion": "1.0",
    "id": "17",
    "source": "/shop",
    "type": "com.example.shop.item_viewed",
    "time": "2024-02-29T13:00:00.5+01:00",
    "partitionkey": "ann@example.com",
}
OWN = b'{"kind":"item_viewed","event_id":"e1","visitor":"v1","occurred_at":1.0,"item":"a"}'


def binary(data: object, content_type: str | None = "application/json", **changes: str | None) -> tuple[bytes, Headers]:
    fields = {name: text for name, text in (ENVELOPE | changes).items() if text is not None}
    headers = [(f"ce_{name}", text.encode()) for name, text in fields.items()]
    return json.dumps(data).encode(), [*headers, *([("content-type", content_type.encode())] if content_type else [])]


def structured(data: object, **changes: object) -> tuple[bytes, Headers]:
    value = json.dumps(ENVELOPE | changes | {"data": data}).encode()
    return value, [("content-type", b"application/cloudevents+json; charset=UTF-8")]


@pytest.mark.parametrize("record", [binary({"item": "a/b"}), structured({"item": "a/b"})], ids=["binary", "structured"])
def test_both_modes_are_the_event_that_they_envelop(record: tuple[bytes, Headers]) -> None:
    event = read_event(*record)
    assert event == ItemViewed(
        event_id=event_id_of("/shop", "17"),  # type: ignore[arg-type]  # an id all the same
        visitor=visitor_of("ann@example.com"),
        occurred_at=1709208000.5,
        item="a/b",  # type: ignore[arg-type]
    )


def test_the_data_go_before_the_envelope() -> None:
    event = read_event(*binary({"item": "a", "stars": 4, "visitor": "v1", "occurred_at": 5.0}, type="item_rated"))
    assert isinstance(event, ItemRated)
    assert (event.visitor, event.occurred_at, event.stars) == ("v1", 5.0, 4)
    assert not isinstance(read_event(*binary({"item": "a", "kind": "item_wished"})), ItemRated)


@pytest.mark.parametrize("kind", ["item_viewed", "org.example.item_viewed", "https://example.org/events/item_viewed"])
def test_the_kind_is_the_end_of_the_type(kind: str) -> None:
    assert isinstance(read_event(*binary({"item": "a"}, type=kind)), ItemViewed)


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (OWN, []),
        (OWN, [("traceparent", b"00-1-1-01"), ("content-type", b"application/json")]),
        (OWN, [("ce_note", None), ("content-type", None)]),
    ],
)
def test_what_is_no_cloud_event_is_read_as_ever(value: bytes, headers: Headers) -> None:
    assert payload_of(value, headers) is value
    assert isinstance(read_event(value, headers), ItemViewed)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (binary({"item": "a"}, id=None), "without id"),
        (binary({"item": "a"}, type=None, source=""), "without source, type"),
        (binary({"item": "a"}, specversion="0.3"), "another version"),
        (binary({"item": "a"}, time="yesterday"), "RFC 3339"),
        (binary({"item": "a"}, time="2024-13-01T00:00:00Z"), "time there is not"),
        (binary({"item": "a"}, type="com.example.item_sniffed"), "kind"),
        (binary({"item": "a"}, "application/avro"), "no JSON"),
        (binary({"item": "a"}, "application/cloudevents-batch+json"), "a batch"),
        (binary(["item"]), "no JSON object"),
        (binary({"item": "x" * 17_000}), "limit"),
        (binary({}), "item"),
        (binary({"item": "a"}, partitionkey=None), "visitor"),
        (binary({"item": "a"}, partitionkey="\u202e"), "visitor"),
        (structured("no object"), "no JSON object"),
        (structured({"item": "a"}, id=7), "without id"),
        ((b"{", [("content-type", b"application/cloudevents+json")]), "no JSON object"),
    ],
)
def test_what_is_wrong_with_an_envelope_is_said(record: tuple[bytes, Headers], reason: str) -> None:
    with pytest.raises(InvalidEvent, match=reason):
        read_event(*record)


@given(
    st.lists(st.tuples(st.text(max_size=20), st.none() | st.binary(max_size=20)), max_size=6), st.binary(max_size=80)
)
def test_arbitrary_headers_are_an_event_or_refused(headers: list[tuple[str, bytes | None]], value: bytes) -> None:
    for more in ([], [("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"s"), ("ce_type", b"item_viewed")]):
        with pytest.raises(InvalidEvent):
            read_event(value, [*headers, *more])


@given(shop_ids, shop_ids)
def test_an_id_is_of_its_source(source: str, name: str) -> None:
    assert event_id_of(source, name) == event_id_of(source, name)
    assert event_id_of(source, name) != event_id_of(source + "/", name)
    assert len(event_id_of(source, name)) <= 64


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-23 * 60, 23 * 60))
def test_times_are_those_of_the_calendar(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=0)
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    text = f"{moment:%m-%dT%H:%M:%S}"
    written = f"{moment.year:04}-{text}{zone}"
    assert unix_seconds(written) == datetime.fromisoformat(written).timestamp()


@pytest.mark.parametrize("own", ODD_IDS)
def test_visitors_of_the_shop_are_known_in_plain_json_too(own: str) -> None:
    fields: dict[str, Any] = json.loads(OWN)
    event = read_event(json.dumps(fields | {"visitor": own}).encode())
    assert event.visitor == visitor_of(own)


def test_an_account_is_told_to_be_who_the_shop_calls_so() -> None:
    fields = {"kind": "visitor_identified", "event_id": "e1", "visitor": "v 1", "occurred_at": 1.0, "account": "ann@x"}
    event = read_event(json.dumps(fields).encode())
    assert (event.visitor, getattr(event, "account", None)) == (visitor_of("v 1"), visitor_of("ann@x"))


def test_the_products_own_visitors_stay_who_they_are() -> None:
    for own in ("a" + 24 * "0", "v" + 24 * "0"):
        assert read_event(OWN.replace(b'"v1"', json.dumps(own).encode())).visitor == own
