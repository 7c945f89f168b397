"""Ids of forms, made with the page: a form that is sent twice, by a double click or after an error, is one event."""

import hashlib
import secrets
from uuid import UUID

from online_models.schema.events import EventId, event_id_at
from storefront.visitor_state.applied_events import OLDEST_SECONDS


def new_form_id(now: float) -> str:
    """Return the id of a page's forms."""
    return event_id_at(now, secrets.token_bytes(10))


def event_id_of(form_id: str, now: float, *parts: object) -> EventId | None:
    """Return the id of the event that a form makes, the same whenever it says the same; None for a form of old.

    >>> form_id = new_form_id(1_000.0)
    >>> event_id_of(form_id, 1_010.0, "item_rated", "mug", 4) == event_id_of(form_id, 1_020.0, "item_rated", "mug", 4)
    True
    >>> event_id_of(form_id, 1_010.0, "item_rated", "mug", 4) == event_id_of(form_id, 1_010.0, "item_rated", "mug", 5)
    False
    >>> event_id_of("from elsewhere", 1_010.0, "item_rated", "mug", 4) is None
    True
    """
    try:
        made = UUID(form_id)
    except ValueError:
        return None
    made_at = (made.int >> 80) / 1_000
    if made.version != 7 or not now - OLDEST_SECONDS < made_at <= now + 1:
        return None
    words = "\n".join(map(str, (made, *parts)))
    return event_id_at(made_at, hashlib.sha256(words.encode()).digest()[:10])
