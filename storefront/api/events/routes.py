"""The route of events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import request

from online_models.schema.records.cloud_event import BATCH, STRUCTURED
from storefront.api.events.event_status import EventStatus, EventStatusReader
from storefront.api.events.schema import EventResult, EventResults, summary_of
from storefront.api.events.taking import EventDesk
from storefront.api.gate import PLAIN
from storefront.api.idempotency import IdempotencyKeys
from storefront.api.keys.api_key import LARGEST_BATCH, Scope
from storefront.api.problems import RETRY_SECONDS, Problem, ProblemType, fail
from storefront.api.reading import read_json
from storefront.api.route import Call, Reply, Route
from storefront.api.shapes.cloud_events import attributes_of
from storefront.api.shapes.envelopes import events_in

MEDIA = ("application/json", STRUCTURED, BATCH)
_EXAMPLES: dict[str, Any] = {
    "one": {"kind": "item_viewed", "visitor": "customer-17", "item": "22423"},
    "several": {
        "events": [
            {"kind": "item_viewed", "visitor": "customer-17", "item": "22423", "event_id": "e-1"},
            {"kind": "cart_item_added", "visitor": "customer-17", "item": "22423", "quantity": 2, "event_id": "e-2"},
        ]
    },
    "GA4": {
        "client_id": "123.456",
        "events": [
            {"name": "view_item", "params": {"currency": "GBP", "items": [{"item_id": "22423", "price": 12.75}]}}
        ],
    },
}


@dataclass(frozen=True, slots=True)
class EventViews:
    """Answers the routes of events."""

    desk: EventDesk
    idempotency_keys: IdempotencyKeys
    statuses: EventStatusReader

    def take(self, call: Call) -> Reply:
        """Take in the events of the body."""
        if request.mimetype not in (*MEDIA, PLAIN):
            fail(ProblemType.WRONG_MEDIA_TYPE, f"Send one of {', '.join(MEDIA)}.")
        payload = request.get_data()
        body = read_json(payload)
        attributes = attributes_of(dict(request.headers.items()))
        sent = events_in({**attributes, "data": body} if attributes else body)
        if not sent:
            fail(ProblemType.INVALID_BODY, "It holds no event.")
        if len(sent) > LARGEST_BATCH:
            fail(ProblemType.TOO_LARGE, f"Send at most {LARGEST_BATCH} events at once.")
        name = self.idempotency_keys.claim(call.grant.key, payload)
        call.charge(len(sent) - 1)
        results = self.desk.take(call.grant, sent, name)
        _check(results)
        return Reply(content=summary_of(results), status=202)

    def status(self, call: Call, event: str) -> EventStatus:  # noqa: ARG002
        """Return what became of an event."""
        return self.statuses.read(event)


def _check(results: tuple[EventResult, ...]) -> None:
    """End the request with a problem where nothing of it was done. Raises `Problem`."""
    if any(result.status != "refused" for result in results):
        return
    if all(event.is_temporary for result in results for event in result.events) and results[0].events:
        raise Problem(ProblemType.UNAVAILABLE, results[0].detail, retry_after=RETRY_SECONDS, results=results)
    raise Problem(ProblemType.INVALID_BODY, results[0].detail, field=results[0].field, results=results)


def event_routes(views: EventViews) -> Iterator[Route]:
    """Yield the routes of events."""
    yield Route(
        method="POST",
        path="/events",
        name="sendEvents",
        tag="Events",
        scope=Scope.BROWSER,
        summary="Send one event, or up to 1,000",
        description="In this product's own fields, or as GA4, Segment, Google Retail, Snowplow or CloudEvents write "
        "them. An event with an `event_id`, or under an `Idempotency-Key`, counts once however often it is sent.",
        handle=views.take,
        body=Any,
        takes_idempotency_key=True,
        reads_body=False,
        reads_plain=True,
        media=MEDIA,
        examples=_EXAMPLES,
        answers={202: EventResults},
    )
    yield Route(
        method="GET",
        path="/events/{event}",
        name="getEvent",
        tag="Events",
        summary="Did my event count?",
        description="For a day, and for the newest 100,000 events.",
        handle=views.status,
        answers={200: EventStatus},
    )
