"""One record of a topic of events: the product's own JSON, or a CloudEvent."""

from collections.abc import Callable

import msgspec

from online_models.schema.events import AnyEvent, InvalidEvent, decode, from_mapping
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.own_visitors import InvalidId, is_plain, visitor_of
from online_models.schema.records.cloud_event import Headers, payload_of

_VISITORS = ("visitor", "account")
_read_mapping: Callable[[bytes], dict[str, object]] = msgspec.json.Decoder(dict[str, object]).decode


def read_event(value: bytes | None, headers: Headers = ()) -> AnyEvent:
    """Read the event of a record. Visitors whom a shop calls otherwise than the product does get the product's id.

    Raises
    ------
    InvalidEvent
        As for `decode`; also if it is a CloudEvent that cannot be read.

    Examples
    --------
    >>> view = b'{"kind":"item_viewed","event_id":"e1","visitor":"ann@example.com","occurred_at":1.0,"item":"a/b"}'
    >>> read_event(view).visitor
    'own:228a7f9e94022efef28b153418018c1b'
    """
    payload = payload_of(value, headers) if headers else value
    try:
        return decode(payload)
    except InvalidEvent as error:
        if payload is None or error.path not in ("$.visitor", "$.account"):
            raise
        return from_mapping(_with_known_visitors(payload, error))


def _with_known_visitors(payload: bytes, error: InvalidEvent) -> dict[str, object]:
    """Return an event's fields with the product's ids of its visitors. Raises ``error`` where there are none."""
    try:
        fields = _read_mapping(payload)
        for name in _VISITORS:
            if isinstance(own := fields.get(name), str):
                fields[name] = _known(own)
    except (*UNREADABLE, InvalidId):
        raise error from None
    return fields


def _known(own: str) -> str:
    """Return the product's id of whom the shop calls so. A plain one may be the product's own: it is trusted."""
    return own if is_plain(own) else visitor_of(own)
