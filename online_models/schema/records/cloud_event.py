"""CloudEvents 1.0 in Kafka, binary and structured, as events of the shop.

An event's type is its kind, after whatever stands before the last dot or slash. Its data are the other fields. What
they leave out follows from the envelope: the id from ``id`` and ``source``, which only together are one event's; the
time from ``time``; the visitor from ``partitionkey``.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

import msgspec

from online_models.schema.events import MAX_EVENT_BYTES, InvalidEvent
from online_models.schema.json_reader import UNREADABLE

Headers = Sequence[tuple[str, bytes | None]]
"""Headers of a Kafka record, in its order."""

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

_PREFIX = "ce_"
_VERSION = "1.0"
_CONTENT_TYPE = "content-type"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_KIND = re.compile(r"[^./]*\Z")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))\Z",
    re.ASCII,
)
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_EPOCH = 719_162
"""Days from the first of January of the year 1 to that of 1970."""

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)


def payload_of(value: bytes | None, headers: Headers) -> bytes | None:
    """Return a record's event as the product writes it; the record's own value where it is no CloudEvent.

    Raises
    ------
    InvalidEvent
        If it is a CloudEvent of another version, without what all have, or whose data are no JSON object.
    """
    if not headers or not (attributes := _attributes(headers)):
        return value
    if value is not None and len(value) > MAX_EVENT_BYTES:
        raise InvalidEvent(f"an event of {len(value)} bytes; the limit is {MAX_EVENT_BYTES}")
    content = attributes.pop(_CONTENT_TYPE, "").partition(";")[0].strip().lower()
    if content == BATCH:
        raise InvalidEvent("a batch of CloudEvents: a record holds one")
    if content == STRUCTURED:
        envelope = _read_object(value)
        data = _read_object(envelope.pop("data", None))
        return _write({name: text for name, raw in envelope.items() if (text := _text_of(raw)) is not None}, data)
    if content and not (content == "application/json" or content.endswith("+json")):
        raise InvalidEvent("a CloudEvent whose data are no JSON")
    return _write(attributes, _read_object(value))


def envelope_of(headers: Headers) -> Iterator[tuple[str, str]]:
    """Yield what `payload_of` reads of a record's headers: nothing where it is no CloudEvent."""
    for name, content in headers:
        lowered = name.lower()
        if content is not None and (lowered.startswith(_PREFIX) or lowered == _CONTENT_TYPE):
            yield lowered, content.decode("utf-8", "replace")


def _attributes(headers: Headers) -> dict[str, str]:
    """Return the attributes of an envelope in the headers, and the type of the content; none of no CloudEvent."""
    found = {name.removeprefix(_PREFIX): text for name, text in envelope_of(headers)}
    is_one = "specversion" in found or found.get(_CONTENT_TYPE, "").lower().startswith("application/cloudevents")
    return found if is_one else {}


def _write(attributes: Mapping[str, str], data: dict[str, msgspec.Raw]) -> bytes:
    missing = [name for name in ("id", "source", "specversion", "type") if not attributes.get(name)]
    if missing:
        raise InvalidEvent(f"a CloudEvent without {', '.join(missing)}")
    if attributes["specversion"] != _VERSION:
        raise InvalidEvent("a CloudEvent of another version than 1.0")
    fields: dict[str, object] = {"event_id": event_id_of(attributes["source"], attributes["id"])}
    if "time" in attributes:
        fields["occurred_at"] = unix_seconds(attributes["time"])
    if "partitionkey" in attributes:
        fields["visitor"] = attributes["partitionkey"]
    kind = _KIND.search(attributes["type"])
    return msgspec.json.encode({**fields, **data, "kind": kind[0] if kind else ""})


def event_id_of(source: str, name: str) -> str:
    """Return the id of an event that its source calls so: a UUID as it is, otherwise a digest of both.

    Examples
    --------
    >>> event_id_of("/shop", "018bcfe5-6800-7000-8000-000000000000")
    '018bcfe5-6800-7000-8000-000000000000'
    >>> event_id_of("/shop", "17") == event_id_of("/other", "17")
    False
    """
    if _UUID.match(name):
        return name
    both = f"{source}\n{name}".encode(errors="replace")
    return f"ce:{blake2b(both, digest_size=16).hexdigest()}"


def unix_seconds(text: str) -> float:
    """Read a time as RFC 3339 writes it. Raises `InvalidEvent`.

    Examples
    --------
    >>> unix_seconds("2024-02-29T13:00:00.5+01:00"), unix_seconds("1970-01-01T00:00:00Z")
    (1709208000.5, 0.0)
    """
    found = _TIME.match(text)
    if found is None:
        raise InvalidEvent("a CloudEvent whose time is not as in RFC 3339")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    if not (year and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60):
        raise InvalidEvent("a CloudEvent whose time there is not")
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    before = year - 1
    days = 365 * before + before // 4 - before // 100 + before // 400 + _DAYS_BEFORE[month - 1] + day - 1
    days += is_leap and month > 2
    sign, hours, minutes = found.groups()[7:]
    offset = 0 if sign is None else int(f"{sign}1") * (int(hours) * 3_600 + int(minutes) * 60)
    whole = (days - _EPOCH) * 86_400 + hour * 3_600 + minute * 60 + second - offset
    return whole + float(found[7] or 0)


def _read_object(payload: bytes | msgspec.Raw | None) -> dict[str, msgspec.Raw]:
    try:
        return _object.decode(payload or b"")
    except UNREADABLE:
        raise InvalidEvent("a CloudEvent whose data are no JSON object") from None


def _text_of(raw: msgspec.Raw) -> str | None:
    try:
        return _text.decode(raw)
    except UNREADABLE:
        return None
