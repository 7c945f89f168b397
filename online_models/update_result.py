"""What learning one event changed, for those who make lists."""

import msgspec

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.ranker_update import RankerUpdate


class UpdateResult(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """What an event changed: whose list, and for which items what goes well with them (the event's item first).

    Where several learners share the visitors, ``ranker_update`` is what all their rankers are to learn from the event.
    """

    visitor: VisitorId | None = None
    items: tuple[ItemId, ...] = ()
    ranker_update: RankerUpdate | None = None


NOTHING_UPDATED = UpdateResult()
