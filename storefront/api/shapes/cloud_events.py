"""CloudEvents 1.0 over HTTP: structured, in batches, and binary (attributes in headers)."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from online_models.schema.records.cloud_event import event_id_of
from storefront.api.shapes.foreign import Fields, Unreadable
from storefront.api.shapes.values import first_text, json_object, mapping_of, need, time_of

_ATTRIBUTES = ("id", "source", "type", "time", "subject", "partitionkey", "specversion")


def attributes_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that a request in binary mode carries; nothing where it is no CloudEvent."""
    sent = {name.lower(): value for name, value in headers.items()}
    found = {name: unquote(value) for name in _ATTRIBUTES if (value := sent.get(f"ce-{name}"))}
    return found if "specversion" in found else {}


def is_cloud_event(event: Fields) -> bool:
    """Return whether an object is an event in structured mode."""
    return "specversion" in event and "type" in event


def unpack(event: Fields) -> dict[str, Any]:
    """Return the event that a CloudEvent carries, with its id, time, and the visitor where only the envelope says so.

    ``type`` is a kind of this product's own, also behind a name in reverse-domain form: ``com.example.item_viewed``.
    Data that is an event of another shape goes by what it says itself. Raises `Unreadable`.
    """
    if not first_text(event, "specversion").startswith("1."):
        raise Unreadable("Expected CloudEvents 1.0.", "specversion")
    data = dict(_data(event))
    if not {"kind", "eventType", "event", "name", "e"} & set(data):
        data["kind"] = need(first_text(event, "type"), "type").rpartition(".")[2]
    visitor = first_text(event, "subject", "partitionkey")
    if "kind" in data:
        # As in Kafka: the same event that comes both ways counts once.
        named = event_id_of(first_text(event, "source"), need(first_text(event, "id"), "id"))
        data.setdefault("event_id", named)
        if (at := time_of(event.get("time"))) is not None:
            data.setdefault("occurred_at", at)
    if visitor:
        for name in ("visitor", "visitorId") if "eventType" in data else ("visitor",):
            data.setdefault(name, visitor)
    return data


def _data(event: Fields) -> Fields:
    if isinstance(encoded := event.get("data_base64"), str):
        try:
            return json_object(b64decode(encoded, validate=True))
        except ValueError:
            raise Unreadable("It is no Base64.", "data_base64") from None
    return mapping_of(event.get("data"))
