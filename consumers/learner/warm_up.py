"""Uses the whole model once on a made-up shop, so that its loops are compiled before a shopper waits for them."""

from collections.abc import Iterator

from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    ItemDismissed,
    ItemId,
    ItemLiked,
    ItemPurchased,
    ItemRated,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    RankingId,
    RankingShown,
    VisitorId,
    from_mapping,
)
from online_models.schema.product import Product

_ITEMS, _VISITORS, _EVENTS = 60, 6, 400
_STARTED = 1.6e9
_KINDS = (
    *(ItemViewed, CartItemAdded, ItemViewed, ItemPurchased, ItemRated),
    *(ItemViewed, ItemDismissed, CartItemRemoved, RankingShown, ItemWished, ItemUnwished, ItemLiked),
)


def warm_up() -> Hybrid:
    """Compile every loop. The machine's code is kept beside the modules, so that later starts only read it."""
    hybrid = Hybrid(HybridSettings(varies=True))
    items = [ItemId(f"item-{number}") for number in range(_ITEMS)]
    products = [
        Product(item=item, title=item, price=100, category=f"c{number % 4}", theme=f"t{number % 3}", sold=number)
        for number, item in enumerate(items)
    ]
    hybrid.use_catalog(products, {item: [(other, 0.5) for other in items[:9]] for item in items})
    for event in _events(items):
        hybrid.learn_one(event)
        hybrid.rank(event.visitor, event.occurred_at + 1)
    now = _STARTED + _EVENTS * 60
    for shared in (hybrid.trending, hybrid.popular, hybrid.top_rated):
        shared(now)
    for item in items[:3]:
        hybrid.goes_well_with(item)
        hybrid.similar(item)
    hybrid.bought_together(VisitorId("visitor-0"), now)
    _sign_in_and_ask(hybrid, items[0], now)
    restored = Hybrid()
    restored.load(hybrid.dump())
    restored.rank(VisitorId("visitor-0"), now)
    return restored


def _sign_in_and_ask(hybrid: Hybrid, item: ItemId, now: float) -> None:
    def of(visitor: str, kind: str, **fields: object) -> AnyEvent:
        return from_mapping({"kind": kind, "event_id": kind, "visitor": visitor, "occurred_at": now, **fields})

    hybrid.learn_one(of("visitor-1", "visitor_identified", account="visitor-2"))
    hybrid.learn_one(of("visitor-2", "item_forgotten", item=item))
    hybrid.rank(VisitorId("visitor-2"), now)
    hybrid.explain(VisitorId("visitor-2"), RankingId("ranking"), now)
    hybrid.learn_one(of("visitor-3", "taste_reset"))
    hybrid.learn_one(of("visitor-4", "visitor_forgotten"))


def _events(items: list[ItemId]) -> Iterator[AnyEvent]:
    for number in range(_EVENTS):
        kind = _KINDS[number % len(_KINDS)]
        fields: dict[str, object] = {
            "kind": kind.__struct_config__.tag,
            "event_id": f"e{number}",
            "visitor": f"visitor-{number % _VISITORS}",
            "occurred_at": _STARTED + number * 60,
            "item": items[number * number % _ITEMS],
            "stars": 1 + number % 5,
            "items": items[:5],
        }
        yield from_mapping(fields)
