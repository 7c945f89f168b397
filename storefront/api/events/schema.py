"""What the route of events answers."""

from typing import Literal

import msgspec

Status = Literal["accepted", "partial", "ignored", "refused"]


class TakenEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of this product's own kinds, of which a sent one may become several.

    ``event_id`` is the id by which to ask what became of it. Where it is refused, ``code`` tells programs why,
    ``detail`` people, and ``is_temporary`` whether the same may be sent again.
    """

    kind: str
    is_accepted: bool
    event_id: str | None = None
    code: str = ""
    detail: str = ""
    is_temporary: bool = False


class EventResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one event of the request, by its position from 0.

    It is ``ignored`` where it has no meaning for recommendations, ``partial`` where some of what it became was refused.
    """

    index: int
    status: Status
    events: tuple[TakenEvent, ...] = ()
    code: str = ""
    detail: str = ""
    field: str = ""


class EventResults(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all events of the request: how many of each status, and each in order."""

    accepted: int
    ignored: int
    refused: int
    results: tuple[EventResult, ...]


def summary_of(results: tuple[EventResult, ...]) -> EventResults:
    """Count results. A partial one counts as accepted."""
    ignored = sum(result.status == "ignored" for result in results)
    refused = sum(result.status == "refused" for result in results)
    return EventResults(accepted=len(results) - ignored - refused, ignored=ignored, refused=refused, results=results)
