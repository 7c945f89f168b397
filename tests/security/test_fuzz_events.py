"""Bytes and events that were tampered with, at each place where events are read: an event, or a reason why not."""

import time
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from consumers.kafka.record import Record
from consumers.monitor.event_counts import EventCounts
from online_models.schema.events import KINDS, AnyEvent, InvalidEvent, decode, encode, from_mapping
from storefront.events.intake import FIELDS
from storefront.security.bounded_json import loads
from storefront.settings import StorefrontSettings
from tests.online_models.schema.test_events import events
from tests.security.hostile import EXAMPLES, event_texts, fuzzing, json_texts, mutated, tell
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher

NAMES = tuple(sorted({name for names in FIELDS.values() for name in names} | {"event_id", "occurred_at", "surface"}))
LEARNED = (
    *NAMES,
    "visitor",
    "received_at",
    "schema",
    "simulated",
    "account",
    "order",
    "price",
    "categories",
    "min_price",
)

payloads = (
    st.binary(max_size=400)
    | json_texts.map(lambda text: text.encode())
    | event_texts(KINDS, LEARNED).map(lambda text: text.encode())
    | events().flatmap(lambda event: mutated(encode(event)))
)


def test_the_learner_and_the_monitor_read_an_event_or_say_why_not() -> None:
    seen: Counter[str] = Counter()
    counts, reasons = EventCounts(), set[bytes]()

    @fuzzing(600)
    @given(payloads)
    def read(payload: bytes) -> None:
        counts.count([Record(0, 0, 0.0, payload, ())], time.time())
        try:
            event = decode(payload)
        except InvalidEvent as error:
            reasons.add(str(error).encode())
            seen["refused"] += 1
        else:
            assert decode(encode(event)) == event
            seen["read"] += 1

    read()
    tell("payloads read", seen)
    assert seen.total() >= (EXAMPLES or 600)
    assert min(seen["read"], seen["refused"], len(reasons)) > 5
    assert b"" not in reasons


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_any_value_is_an_event_or_refused(kind: str) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(50)
    @given(event_texts((kind,), LEARNED))
    def read(text: str) -> None:
        with suppress(ValueError):
            fields = loads(text)
            event: AnyEvent = from_mapping({"event_id": "e1", "visitor": "v1", "occurred_at": 1.0, **fields})
            assert decode(encode(event)) == event
            seen["read"] += 1
        seen["all"] += 1

    read()
    tell(f"mappings of {kind} read", seen)
    assert seen["all"] >= (EXAMPLES or 50)


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    """Limits that nobody reaches."""
    return replace(settings, events_per_second=100_000, events_burst=1_000_000, events_per_address=1_000_000)


def test_whatever_a_page_reports_gets_a_receipt_each(
    client: BrowserClient, publisher: MemoryEventPublisher, caplog: pytest.LogCaptureFixture
) -> None:
    seen: Counter[str] = Counter()
    client.get("/")
    good = '{"kind":"item_viewed","item":"mug"}'
    reports = st.lists(event_texts((*FIELDS, "visitor_forgotten"), NAMES) | json_texts, min_size=1, max_size=3)

    @fuzzing(100)
    @given(reports)
    def report(texts: list[str]) -> None:
        publisher.events.clear()
        body = f'{{"events":[{",".join((*texts, good))}]}}'
        answer = client.post("/interactions", data=body.encode(), content_type="application/json")
        if "[" * 900 in body:  # Nested too deeply to be read at all.
            assert answer.status_code in {202, 400}
            return
        assert answer.status_code == 202, answer.get_data(as_text=True)
        receipts = answer.get_json()["receipts"]
        assert len(receipts) == len(texts) + 1
        assert all(receipt["accepted"] or receipt["reason"] for receipt in receipts)
        assert receipts[-1]["accepted"]
        for event in publisher.events:
            assert decode(encode(event)) == event
        seen["accepted"] += sum(receipt["accepted"] for receipt in receipts)
        seen["reports"] += len(receipts)

    report()
    tell("reports taken in", seen)
    assert seen["reports"] >= (EXAMPLES or 100)
    assert not [record for record in caplog.records if record.exc_info]
