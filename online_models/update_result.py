"""What learning one event changed, for those who make lists."""

from dataclasses import dataclass, field

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.ranker_update import RankerUpdate


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What an event changed: whose list, and for which items what goes well with them (the event's item first).

    Where several learners share the visitors, ``ranker_update`` is what all their rankers are to learn from the event.
    """

    visitor: VisitorId | None = None
    items: tuple[ItemId, ...] = ()
    ranker_update: RankerUpdate | None = field(default=None, repr=False)


NOTHING_UPDATED = UpdateResult()
