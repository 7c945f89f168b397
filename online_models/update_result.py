"""What learning one event changed, for those who make lists."""

from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What an event changed: whose list, and for which items what goes well with them (the event's item first)."""

    visitor: VisitorId | None = None
    items: tuple[ItemId, ...] = ()


NOTHING_UPDATED = UpdateResult()
