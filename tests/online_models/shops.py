"""A small shop of red, blue and green things, and what tests ask of it."""

from collections.abc import Callable, Sequence
from typing import Any

from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.events import AnyEvent, ItemId, RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem
from online_models.snapshot import SnapshotHeader, encode

NOW = 1_795_000_000.0
THEN = 1_262_304_000.0
ANN, BOB = VisitorId("ann"), VisitorId("bob")
HEADER = SnapshotHeader(positions={}, saved_at=NOW, product_version="test")

EventBuilder = Callable[..., AnyEvent]

WORDS = ("mug", "plate", "bunting", "lantern", "teapot", "bag", "clock", "cushion", "doormat", "tin")
PRODUCTS = tuple(
    Product(
        item=ItemId(f"{colour}-{word}"),
        title=f"{colour.title()} {word.title()}",
        price=100 + 10 * place,
        category=word,
        colour=colour,
        sold=100 - place if colour == "red" else 0,
    )
    for place, word in enumerate(WORDS)
    for colour in ("red", "blue", "green")
)
NEIGHBORS = {
    product.item: [(other.item, 0.8) for other in PRODUCTS if other.category == product.category and other != product]
    for product in PRODUCTS
}


def a_shop(**fields: Any) -> Hybrid:
    hybrid = Hybrid(HybridSettings(**fields))
    hybrid.use_catalog(PRODUCTS, NEIGHBORS)
    return hybrid


def ids(ranked: Sequence[RankedItem]) -> list[str]:
    return [str(item.item) for item in ranked]


def payload(hybrid: Hybrid) -> bytes:
    return b"".join(encode(hybrid.dump(), HEADER))


def explained(shop: Hybrid, visitor: VisitorId) -> SlateExplanation:
    shop.rank(visitor, NOW + 90)
    why = shop.explain(visitor, RankingId("r"), NOW + 90)
    assert why is not None
    return why
