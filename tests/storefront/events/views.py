"""Events to send, and the patience to see them arrive."""

import time
from collections.abc import Callable

from online_models.schema.events import EventId, ItemId, ItemViewed, RankingShown, VisitorId

DEADLINE = 30.0


def a_view(number: int, visitor: str = "v1") -> ItemViewed:
    return ItemViewed(
        event_id=EventId(f"e{number}"), visitor=VisitorId(visitor), occurred_at=1.0 + number, item=ItemId("mug")
    )


def a_drawn_list(number: int, visitor: str = "v1") -> RankingShown:
    return RankingShown(
        event_id=EventId(f"e{number}"), visitor=VisitorId(visitor), occurred_at=1.0 + number, items=(ItemId("mug"),)
    )


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
