"""Simulated shoppers: what one of them does on a visit that follows a real order. Pure, and repeatable by its seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from infra.visitors.orders import MAX_LINES, PastOrder, PastOrderLine
from online_models.schema.events import AnyEvent, ItemId, Surface, VisitorId, event_id_at, from_mapping

BROWSES_FIRST = 0.35
"""Share of items before which the shopper looks at similar ones."""

LEAVES_OUT = 0.15
"""Share of items that are looked at, but not bought this time."""

ABANDONS = 0.2
"""Share of visits that end with a full basket."""

RATES = 0.1
"""Share of bought items that get stars."""

WISHES = 0.05
"""Share of similar items that were looked at that go on the wish list."""

STARS = (5, 5, 5, 4, 4, 3, 2)

SimilarItems = Callable[[ItemId], Sequence[ItemId]]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a shopper does: what becomes an event once its time has come."""

    kind: Literal["item_viewed", "item_wished", "cart_item_added", "item_purchased", "item_rated"]
    item: ItemId
    quantity: int = 1
    price: int | None = None
    stars: int = 5
    surface: Surface = "category"


def plan_visit(order: PastOrder, similar_items: SimilarItems, rng: random.Random) -> list[Act]:
    """Plan a visit: look at each item, and often at similar ones first; fill a basket; usually buy it."""
    lines = order.lines
    if len(lines) > MAX_LINES:
        start = rng.randrange(len(lines) - MAX_LINES + 1)
        lines = lines[start : start + MAX_LINES]
    acts: list[Act] = []
    basket: list[PastOrderLine] = []
    for line in lines:
        acts.extend(_browse(line.item, similar_items, rng))
        acts.append(
            Act("item_viewed", line.item, surface=rng.choice(("category", "search", "for_you", "goes_well_with")))
        )
        if rng.random() >= LEAVES_OUT:
            acts.append(Act("cart_item_added", line.item, line.quantity, surface="product"))
            basket.append(line)
    if rng.random() < ABANDONS:
        return acts
    acts.extend(Act("item_purchased", line.item, line.quantity, line.price, surface="basket") for line in basket)
    acts.extend(Act("item_rated", line.item, stars=rng.choice(STARS)) for line in basket if rng.random() < RATES)
    return acts


def _browse(item: ItemId, similar_items: SimilarItems, rng: random.Random) -> Iterator[Act]:
    if rng.random() < BROWSES_FIRST:
        near = list(similar_items(item))[:10]
        for other in rng.sample(near, min(len(near), rng.randint(1, 3))):
            yield Act("item_viewed", other, surface="similar")
            if rng.random() < WISHES:
                yield Act("item_wished", other, surface="product")


def to_event(act: Act, visitor: VisitorId, order: str, now: float, rng: random.Random) -> AnyEvent:
    """Make the event of an act that happens now. It is marked as simulated."""
    fields: dict[str, object] = {
        "kind": act.kind,
        "event_id": event_id_at(now, rng.randbytes(10)),
        "visitor": visitor,
        "occurred_at": now,
        "received_at": now,
        "surface": act.surface,
        "simulated": True,
        "item": act.item,
    }
    if act.kind in ("cart_item_added", "item_purchased"):
        fields["quantity"] = act.quantity
    if act.kind == "item_purchased":
        fields |= {"price": act.price, "order": order}
    if act.kind == "item_rated":
        fields["stars"] = act.stars
    return from_mapping(fields)
