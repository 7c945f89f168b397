"""Events and products for tests, each with what matters to the test and defaults for the rest."""

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    EventId,
    ItemForgotten,
    ItemId,
    ItemPurchased,
    ItemRated,
    ItemViewed,
    PreferencesChanged,
    RankingShown,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.product import Product

NOW = 1_700_000_000.0
_numbers = itertools.count(1)


def common(visitor: str, at: float, **fields: Any) -> dict[str, Any]:
    fields.setdefault("event_id", EventId(f"e{next(_numbers)}"))
    return {"visitor": VisitorId(visitor), "occurred_at": at, **fields}


def a_view(visitor: str = "v1", item: str = "i1", at: float = NOW, **fields: Any) -> ItemViewed:
    return ItemViewed(item=ItemId(item), **common(visitor, at, **fields))


def a_rating(visitor: str, item: str, stars: int, at: float = NOW) -> ItemRated:
    return ItemRated(item=ItemId(item), stars=stars, **common(visitor, at))


def a_drawn_list(visitor: str = "v1", at: float = NOW, **fields: Any) -> RankingShown:
    return RankingShown(items=(ItemId("i1"),), **common(visitor, at, **fields))


def an_erasure(visitor: str = "v1", at: float = NOW) -> VisitorForgotten:
    return VisitorForgotten(**common(visitor, at))


def with_impressions(events: Iterable[AnyEvent], seed: int = 1, items: int = 25) -> Iterator[AnyEvent]:
    """Yield events, and after some of them the list that their visitor was shown."""
    chance = random.Random(seed)
    for event in events:
        yield event
        if chance.random() < 0.4:
            shown = tuple(ItemId(f"i{number}") for number in chance.sample(range(items), 3))
            fields = common(event.visitor, event.occurred_at, event_id=EventId(f"{event.event_id}-shown"))
            yield RankingShown(items=shown, surface="for_you", **fields)


def a_product(item: str, **fields: Any) -> Product:
    defaults = {"title": f"The {item}", "price": 295, "category": "mugs", "picture": f"/pictures/{item}.svg"}
    return Product(item=ItemId(item), **{**defaults, **fields})


def a_shopping_day(seed: int = 1, events: int = 120, items: int = 25) -> list[AnyEvent]:
    """Return a mixed stream of several visitors, the same for the same seed."""
    chance = random.Random(seed)
    stream: list[AnyEvent] = []
    for number in range(events):
        fields = common(f"v{chance.randrange(9)}", NOW + number, event_id=EventId(f"day{seed}-{number}"))
        item = ItemId(f"i{chance.randrange(items)}")
        kind = chance.choices(range(9), (60, 10, 10, 10, 4, 3, 3, 2, 2))[0]
        stream.append(
            (
                ItemViewed(item=item, **fields),
                ItemRated(item=item, stars=chance.randint(1, 5), **fields),
                CartItemAdded(item=item, **fields),
                ItemPurchased(item=item, **fields),
                PreferencesChanged(categories=("mugs",), **fields),
                VisitorIdentified(account=VisitorId(f"account{chance.randrange(3)}"), **fields),
                VisitorForgotten(**fields),
                ItemForgotten(item=item, **fields),
                TasteReset(**fields),
            )[kind]
        )
    return stream
