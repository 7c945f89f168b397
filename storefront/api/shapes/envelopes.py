"""Finds the events in a request's body, whatever holds them, and reads each by its shape."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from storefront.api.shapes.cloud_events import is_cloud_event, unpack
from storefront.api.shapes.foreign import Fields, ForeignEvent, NativeEvent, Unreadable
from storefront.api.shapes.ga4 import read_ga4
from storefront.api.shapes.meanings import native_of, natives_of
from storefront.api.shapes.retail import read_retail
from storefront.api.shapes.segment import CALLS, read_segment
from storefront.api.shapes.snowplow import ACTION, PAYLOAD, read_snowplow
from storefront.api.shapes.values import first_text, mapping_of

Read = Callable[[Fields, Fields], ForeignEvent | None]

_LISTS = ("events", "batch", "userEvents")
_AROUND = frozenset(
    {"client_id", "user_id", "app_instance_id", "timestamp_micros", "userId", "anonymousId", "sentAt", "visitor"}
)
"""What may be said once, around all events of a request."""


class Sent(NamedTuple):
    """One event as it was sent, and what is said around it."""

    event: object
    around: Fields


def events_in(body: object) -> list[Sent]:
    """Return the events of a body: one, a list of them, or what one of the systems puts around several."""
    if isinstance(body, list):
        return [Sent(event, {}) for event in body]
    fields = mapping_of(body)
    # How Google Retail imports them.
    for outer in ("inputConfig", "userEventInlineSource"):
        fields = mapping_of(fields.get(outer)) or fields
    around = {name: value for name, value in fields.items() if name in _AROUND}
    for name in _LISTS:
        if isinstance(fields.get(name), list):
            return [Sent(event, around) for event in fields[name]]
    if PAYLOAD in first_text(fields, "schema") and isinstance(fields.get("data"), list):
        return [Sent(event, around) for event in fields["data"]]
    return [Sent(body, {})]


def read_event(sent: Sent) -> Iterable[NativeEvent]:
    """Return what an event becomes; nothing where it has no meaning here. Raises `Unreadable`."""
    if not isinstance(sent.event, dict):
        raise Unreadable("Expected an object.")
    event: dict[str, Any] = unpack(sent.event) if is_cloud_event(sent.event) else sent.event
    if "kind" in event:
        return (native_of({**_visitor_around(sent.around), **event}),)
    read = _reader_of(event)
    if read is None:
        raise Unreadable("It is of none of the shapes that are taken: see docs/api.md.")
    found = read(event, sent.around)
    return () if found is None else tuple(natives_of(found))


def _visitor_around(around: Fields) -> Fields:
    return {"visitor": around["visitor"]} if "visitor" in around else {}


def _reader_of(event: Fields) -> Read | None:
    if "eventType" in event:
        return read_retail
    if first_text(event, "type") in CALLS or ("event" in event and "properties" in event):
        return read_segment
    if "e" in event or ACTION in first_text(event, "schema"):
        return read_snowplow
    if "name" in event or "event" in event:
        return read_ga4
    return None
