"""The answer to one event: taken in, or refused for one of a few reasons."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from online_models.schema.events import EventId


class Refusal(StrEnum):
    """Why an event is not taken in: the text for the sender. Pages get the names by `storefront.web.live.contract`."""

    TOO_MANY = "too many events"
    OTHER_ACCOUNT = "made for another account"
    QUEUE_FULL = "too many events wait to be stored"
    NOT_STORED = "it cannot be stored right now"
    UNKNOWN_VISITOR = "unknown visitor"
    UNKNOWN_KIND = "unknown kind of event"
    UNKNOWN_ITEM = "unknown item"
    SOLD_OUT = "out of stock"
    NOT_AN_EVENT = "not an event"
    TOO_MANY_ITEMS = "too many different items"
    BAD_VALUE = "a field has no valid value"

    @property
    def label(self) -> str:
        """Its value of the label ``reason`` in metrics.

        >>> Refusal.TOO_MANY.label
        'too_many'
        """
        return self.name.lower()


UNSTORED = frozenset({Refusal.QUEUE_FULL, Refusal.NOT_STORED})
"""Nothing is safe: neither Kafka nor the spool takes the event, or the database what it changes."""

TEMPORARY = frozenset({Refusal.TOO_MANY, Refusal.OTHER_ACCOUNT}) | UNSTORED
"""The sender keeps the event and sends it again later: nothing of it was done."""


class Refused(Exception):
    """The event cannot be taken in. The text says more than the reason alone, where there is more to say.

    ``path`` is the field that is wrong, if one is.
    """

    def __init__(self, refusal: Refusal, detail: str = "", path: str = "") -> None:
        super().__init__(detail or refusal.value)
        self.refusal = refusal
        self.path = path


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one event."""

    event_id: EventId | None
    accepted: bool
    reason: str = ""


def refused(fields: object, error: Refused) -> Receipt:
    """Return the receipt of a report that is refused, under the id that the report names for its event."""
    event_id = fields.get("event_id") if isinstance(fields, Mapping) else None
    known = EventId(event_id[:64]) if isinstance(event_id, str) else None
    return Receipt(event_id=known, accepted=False, reason=str(error))
