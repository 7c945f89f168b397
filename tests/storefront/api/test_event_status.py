"""Did my event count? By stand-ins for Redis' log of events and the learner's status."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec import structs

from online_models.schema.events import EventId, RankingId
from online_models.schema.messages import LearnerStatus
from online_models.schema.own_visitors import visitor_of
from online_models.schema.recommendations import Ranking
from storefront.api.events.known_events import KnownEvent, KnownEvents
from storefront.events.delivery import Delivery, RecordPlace
from tests.storefront.api.api_client import ApiClient
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[EventId, KnownEvent]:
    """What is kept of events, in a dictionary."""
    events: dict[EventId, KnownEvent] = {}

    def keep(_log: KnownEvents, found: Sequence[tuple[EventId, KnownEvent]]) -> None:
        events.update(found)

    def find(_log: KnownEvents, event_id: EventId, _now: float) -> KnownEvent | None:
        return events.get(event_id)

    monkeypatch.setattr(KnownEvents, "keep", keep)
    monkeypatch.setattr(KnownEvents, "find", find)
    monkeypatch.setattr(KnownEvents, "is_up", True)
    return events


@pytest.fixture(autouse=True)
def _in_kafka(publisher: MemoryEventPublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each event confirmed where Kafka would put it: the first at the offset 0."""
    send = publisher.send

    def placed(event: Any, delivery: Delivery | None = None) -> Delivery:
        delivery = delivery or Delivery()
        delivery.place = RecordPlace("interactions", 1, len(publisher.events))
        return send(event, delivery)

    monkeypatch.setattr(publisher, "send", placed)


def a_status(**positions: int) -> LearnerStatus:
    names = "at started_at learned learned_per_second ranked pushed dead_letters duplicates postponed items visitors"
    fields = {**dict.fromkeys((*names.split(), "memory_bytes"), 0), "positions": {}}
    return structs.replace(msgspec.convert(fields, LearnerStatus), positions={p[1:]: at for p, at in positions.items()})


def send(server: ApiClient, event_id: str = "e-1") -> None:
    event = {"kind": "item_viewed", "visitor": "v", "item": "mug", "event_id": event_id}
    assert server.post("/events", json=event).status_code == 202


def test_an_event_is_logged_then_learned(server: ApiClient, reader: MemoryServingReader) -> None:
    send(server)
    status = server.get("/events/e-1").get_json()
    assert (status["state"], status["kind"]) == ("logged", "item_viewed")
    assert status["log"] == {"topic": "interactions", "partition": 1, "offset": 0}
    reader.learners = (a_status(p1=0),)
    assert server.get("/events/e-1").get_json()["state"] == "logged"
    reader.learners = (a_status(p1=1),)
    assert server.get("/events/e-1").get_json()["state"] == "learned"


def test_it_says_which_list_it_led_to(server: ApiClient, reader: MemoryServingReader) -> None:
    send(server)
    visitor = visitor_of("v")
    reader.rankings[visitor] = Ranking(
        ranking_id=RankingId("e-1~1"), visitor=visitor, ranked_at=7.0, items=(), causes=(EventId("e-1"),)
    )
    status = server.get("/events/e-1").get_json()
    assert status["state"] == "learned"
    assert status["lists"] == [{"surface": "for_you", "ranking_id": "e-1~1", "ranked_at": 7.0}]


def test_an_id_is_asked_for_as_it_was_sent(server: ApiClient) -> None:
    send(server, "ördër 17/2")
    assert server.get("/events/%C3%B6rd%C3%ABr%2017%2F2").status_code == 200


def test_of_an_event_that_never_came_nothing_is_known(server: ApiClient) -> None:
    answer = server.get("/events/never")
    assert answer.status_code == 404
    assert answer.get_json()["type"].endswith("unknown-event")


def test_a_page_may_not_ask(page: ApiClient) -> None:
    assert page.get("/events/e-1").status_code == 403
