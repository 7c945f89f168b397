"""Events: what is written can be read, what does not fit is refused with a reason."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.schema.events import (
    EVENT_TYPES,
    KINDS,
    MAX_EVENT_BYTES,
    AnyEvent,
    EventId,
    InvalidEvent,
    ItemId,
    ItemViewed,
    VisitorId,
    decode,
    encode,
    event_id_at,
    from_mapping,
)
from tests.shop_ids import ODD_IDS, shop_ids

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}", fullmatch=True)


@st.composite
def events(draw: st.DrawFn) -> AnyEvent:
    """Any event with valid fields."""
    common: dict[str, Any] = {
        "event_id": draw(ids),
        "visitor": draw(ids),
        "occurred_at": draw(st.floats(min_value=1, max_value=4e9)),
        "surface": draw(st.sampled_from(["for_you", "product", None])),
        "ranking_id": draw(st.none() | ids),
        "simulated": draw(st.booleans()),
        "network": draw(st.none() | st.from_regex(r"[0-9a-f]{12}", fullmatch=True)),
    }
    special: dict[str, dict[str, Any]] = {
        "item_viewed": {"item": draw(shop_ids)},
        "item_rated": {"item": draw(shop_ids), "stars": draw(st.integers(1, 5))},
        "cart_item_added": {"item": draw(shop_ids), "quantity": draw(st.integers(1, 100_000))},
        "cart_item_removed": {"item": draw(shop_ids)},
        "item_purchased": {
            "item": draw(shop_ids),
            "price": draw(st.none() | st.integers(0, 10**8)),
            "order": draw(ids),
        },
        "item_dismissed": {"item": draw(shop_ids)},
        "item_wished": {"item": draw(shop_ids)},
        "item_unwished": {"item": draw(shop_ids)},
        "item_liked": {"item": draw(shop_ids)},
        "item_refunded": {"item": draw(shop_ids), "order": draw(st.none() | ids)},
        "list_item_clicked": {"item": draw(shop_ids)},
        "searched": {"query": draw(st.text("ab ", min_size=1, max_size=200))},
        "ranking_shown": {
            "items": draw(st.lists(shop_ids, max_size=24)),
            "drawn_ms": draw(st.none() | st.floats(0, 1e5)),
        },
        "preferences_changed": {"categories": draw(st.lists(st.text("abc", min_size=1, max_size=9), max_size=50))},
        "item_forgotten": {"item": draw(shop_ids)},
        "taste_reset": {},
        "reasons_requested": {},
        "visitor_identified": {"account": draw(ids)},
        "visitor_forgotten": {},
    }
    kind = draw(st.sampled_from(KINDS))
    return from_mapping({"kind": kind, **common, **special[kind]})


def a_view(**changes: object) -> dict[str, object]:
    return {"kind": "item_viewed", "event_id": "e1", "visitor": "v1", "occurred_at": 1.7e9, "item": "i1"} | changes


@given(events())
def test_what_is_written_is_read_back(event: AnyEvent) -> None:
    assert decode(encode(event)) == event


@pytest.mark.parametrize("item", ODD_IDS)
def test_an_item_keeps_the_id_that_the_shop_gave_it(item: str) -> None:
    event = from_mapping(a_view(item=item))
    assert isinstance(event, ItemViewed)
    assert event.item == item
    assert decode(encode(event)) == event


def test_a_list_of_the_longest_ids_is_an_event() -> None:
    shown = a_view(kind="ranking_shown", items=["\U0001fad6" * 128] * 24)
    assert len(encode(from_mapping(shown))) < MAX_EVENT_BYTES


def test_every_kind_has_a_name_on_the_wire() -> None:
    assert len(set(KINDS)) == len(EVENT_TYPES) == 19
    event = from_mapping(a_view())
    assert event.__struct_config__.tag == "item_viewed"


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_an_event_or_refused(payload: bytes) -> None:
    with suppress(InvalidEvent):
        assert decode(payload).__struct_config__.tag in KINDS


@given(events(), st.data())
def test_a_cut_event_is_refused(event: AnyEvent, data: st.DataObject) -> None:
    payload = encode(event)
    with pytest.raises(InvalidEvent):
        decode(payload[: data.draw(st.integers(0, len(payload) - 1))])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "item_sniffed"}, "kind"),
        ({"item": ""}, "item"),
        ({"item": "a\u202eb"}, "item"),
        ({"item": "x" * 129}, "item"),
        ({"visitor": "a b"}, "visitor"),
        ({"visitor": "x" * 65}, "visitor"),
        ({"visitor": None}, "visitor"),
        ({"occurred_at": 0}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"received_at": -1}, "received_at"),
        ({"received_at": 10**12}, "received_at"),
        ({"surface": "billboard"}, "surface"),
        ({"schema": 2}, "schema"),
        ({"network": "192.0.2.7"}, "network"),
        ({"network": "0123456789ab\n"}, "network"),
    ],
)
def test_a_bad_field_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidEvent, match=named):
        from_mapping(a_view(**changes))
    with pytest.raises(InvalidEvent, match=named):
        decode(msgspec.json.encode(a_view(**changes)))


@pytest.mark.parametrize("field", ["occurred_at", "received_at"])
def test_a_number_that_is_too_long_for_a_moment_is_refused(field: str) -> None:
    payload = msgspec.json.encode(a_view(**{field: 12345})).replace(b"12345", b"9" * 400)

    with pytest.raises(InvalidEvent, match=field):
        decode(payload)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "sniffed"},
        {"surface": "sniffed' - at `$.surface`\n" * 9},
        {"item": "sniffed\t"},
        {"visitor": ["sniffed"]},
    ],
)
def test_what_is_wrong_is_said_without_what_was_sent(changes: dict[str, object]) -> None:
    payload = msgspec.json.encode(a_view(**changes))
    readers: tuple[Callable[[], AnyEvent], ...] = (lambda: from_mapping(a_view(**changes)), lambda: decode(payload))
    for read in readers:
        with pytest.raises(InvalidEvent) as caught:
            read()
        assert "sniffed" not in str(caught.value)
        assert caught.value.path == f"$.{next(iter(changes))}"


def test_what_is_no_field_has_no_path() -> None:
    with pytest.raises(InvalidEvent) as caught:
        decode(b"{")
    assert caught.value.path == ""


@pytest.mark.parametrize("name", ["event_id", "visitor", "item", "ranking_id"])
@pytest.mark.parametrize("value", ["abc\n", "\nabc", "abc\r\n", "abc\x00", "abc\u2028", "abc\x0b"])
def test_an_id_ends_no_line(name: str, value: str) -> None:
    with pytest.raises(InvalidEvent, match=name):
        from_mapping(a_view(**{name: value}))
    with pytest.raises(InvalidEvent, match=name):
        decode(msgspec.json.encode(a_view(**{name: value})))


@pytest.mark.parametrize(
    "changes", [{"kind": "ranking_shown", "items": [], "variant": "\ud800"}, {"surface": "\ud83c"}, {"item": "i\udfff"}]
)
def test_half_a_character_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidEvent):
        from_mapping(a_view(**changes))


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**5_000, float("inf"), float("nan")], ids=range(5))
def test_numbers_of_any_size_are_refused(number: float) -> None:
    with pytest.raises(InvalidEvent):
        from_mapping(a_view(occurred_at=number))
    with pytest.raises(InvalidEvent):
        from_mapping(a_view(kind="item_rated", stars=number))


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(InvalidEvent, match="without content"):
        decode(None)
    with pytest.raises(InvalidEvent, match="limit"):
        decode(b" " * (MAX_EVENT_BYTES + 1))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InvalidEvent):
        decode(b'{"kind":"item_viewed","x":' + b"[" * 8000 + b"]" * 8000 + b"}")


def test_an_event_from_before_there_were_networks_has_none() -> None:
    assert decode(msgspec.json.encode(a_view())).network is None


def test_unknown_fields_of_a_newer_writer_are_ignored() -> None:
    assert isinstance(from_mapping(a_view(mood="good")), ItemViewed)


@given(st.floats(1, 4e9), st.floats(1, 4e9), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_event_ids_are_ordered_by_time(one: float, other: float, a: bytes, b: bytes) -> None:
    first, second = event_id_at(one, a), event_id_at(other, b)
    assert len(first) == 36
    assert first[14] == "7"
    if int(one * 1000) < int(other * 1000):
        assert first < second


def test_an_id_made_here_is_an_id_on_the_wire() -> None:
    event = ItemViewed(
        event_id=EventId(event_id_at(1.7e9, b"0123456789")),
        visitor=VisitorId("v1"),
        occurred_at=1.7e9,
        item=ItemId("22423"),
    )
    assert decode(encode(event)) == event
