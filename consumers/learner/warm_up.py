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
    PreferencesChanged,
    RankingId,
    RankingShown,
    VisitorId,
    from_mapping,
)
from online_models.schema.product import Product

_ITEMS, _VISITORS = 60, 6
_WALK = (0, 1, 1, 2, 3, 5, 0, 5, 5, 2, 7, 1)
"""Which item comes next follows from the last two, and not from the last: Fibonacci's numbers, modulo 8."""
EVENTS_TO_COMPILE, EVENTS_TO_LOAD = 400, 60
"""What is to be compiled is used over and over, in more ways; what is only to be loaded, as often as it takes."""

_STARTED = 1.6e9
_KINDS = (
    *(ItemViewed, CartItemAdded, ItemViewed, ItemPurchased, ItemRated),
    *(ItemViewed, ItemDismissed, CartItemRemoved, RankingShown, ItemWished, ItemUnwished, ItemLiked),
    PreferencesChanged,
)


def warm_up() -> Hybrid:
    """Compile every loop. The machine's code is kept beside the modules, so that later starts only read it."""
    hybrid, among_others = made_up_shop(HybridSettings(varies=True)), made_up_shop(HybridSettings(), is_shared=True)
    for shop in (hybrid, among_others):
        for _ in use(shop, EVENTS_TO_COMPILE):
            pass
    restored = Hybrid()
    restored.load(hybrid.dump())
    restored.rank(VisitorId("visitor-0"), _STARTED + EVENTS_TO_COMPILE * 60)
    return restored


def made_up_shop(settings: HybridSettings, *, is_shared: bool = False) -> Hybrid:
    """Return a new model with a catalog that is made up; ``is_shared`` if it is to be one of several learners'."""
    hybrid = Hybrid(settings, owns=(lambda _: True) if is_shared else None)
    items = _items()
    products = [
        Product(item=item, title=item, price=100, category=f"c{number % 4}", theme=f"t{number % 3}", sold=number)
        for number, item in enumerate(items)
    ]
    hybrid.use_catalog(products, {item: [(other, 0.5) for other in items[:9]] for item in items})
    return hybrid


def use(hybrid: Hybrid, events: int) -> Iterator[None]:
    """Learn ``events`` in a made-up shop, and make every kind of list. Yields where it may be left."""
    items, now = _items(), _STARTED + events * 60
    for event in _events(items, events):
        update = hybrid.learn_one(event).ranker_update
        if update is not None:
            hybrid.apply(update)
        yield
        hybrid.rank(event.visitor, event.occurred_at + 1)
        hybrid.explain(event.visitor, RankingId("ranking"), event.occurred_at + 1)
        yield
    for shared in (hybrid.trending, hybrid.popular, hybrid.top_rated):
        shared(now)
    hybrid.new_arrivals()
    hybrid.take_rated()
    hybrid.quality()
    yield
    for item in items[:3]:
        hybrid.goes_well_with(item, visitor=VisitorId("visitor-0"))
        hybrid.similar(item)
    hybrid.bought_together(VisitorId("visitor-0"), now)
    yield
    _sign_in_and_ask(hybrid, items[0], now)
    hybrid.dump()


def _items() -> list[ItemId]:
    return [ItemId(f"item-{number}") for number in range(_ITEMS)]


def _sign_in_and_ask(hybrid: Hybrid, item: ItemId, now: float) -> None:
    def of(visitor: str, kind: str, **fields: object) -> AnyEvent:
        return from_mapping({"kind": kind, "event_id": kind, "visitor": visitor, "occurred_at": now, **fields})

    hybrid.learn_one(of("visitor-1", "visitor_identified", account="visitor-2"))
    hybrid.learn_one(of("visitor-2", "item_forgotten", item=item))
    hybrid.rank(VisitorId("visitor-2"), now)
    hybrid.explain(VisitorId("visitor-2"), RankingId("ranking"), now)
    hybrid.learn_one(of("visitor-3", "item_purchased", item=item))
    hybrid.learn_one(of("visitor-3", "item_refunded", item=item))
    hybrid.learn_one(of("visitor-3", "taste_reset"))
    hybrid.learn_one(of("visitor-4", "visitor_forgotten"))


def _events(items: list[ItemId], events: int) -> Iterator[AnyEvent]:
    """Yield what visitors do who walk the same way, one ahead of the other: so each model has something to propose."""
    for number in range(events):
        kind = _KINDS[number % len(_KINDS)]
        fields: dict[str, object] = {
            "kind": kind.__struct_config__.tag,
            "event_id": f"e{number}",
            "visitor": f"visitor-{number % _VISITORS}",
            "occurred_at": _STARTED + number * 60,
            "item": items[_WALK[sum(divmod(number, _VISITORS)) % len(_WALK)]],
            "stars": 1 + number % 5,
            "items": items[:5],
            "categories": ["c1"],
        }
        yield from_mapping(fields)
