"""From a visitor to a slate: what is left out, what comes first, and that nothing changes."""

import numpy as np
import pytest

from online_models.catalog.catalog import Catalog
from online_models.catalog.content_neighbors import ContentNeighbors
from online_models.hybrid_settings import HybridSettings
from online_models.ranking.recent_slates import Slate
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.schema.events import AnyEvent, CartItemAdded, ItemId, PreferencesChanged, VisitorId
from online_models.schema.product import Product
from online_models.trainer import Trainer
from online_models.visitors.context import Context
from tests.online_models.shops import ANN, NOW, EventBuilder

NAMES = ("cup", "saucer", "teapot", "plate", "bowl", "jug")
PRODUCTS = [
    Product(item=ItemId(name), title=name, price=100, category="tea" if number < 3 else "table", sold=10 - number)
    for number, name in enumerate(NAMES)
]


class Shop:
    """A state with a catalog of six products, and the pipeline over it."""

    def __init__(self) -> None:
        self.state = RecommenderState(HybridSettings(), Catalog())
        self.state.use_catalog(PRODUCTS, ContentNeighbors({ItemId("cup"): [(ItemId("saucer"), 0.9)]}))
        self.pipeline = RankingPipeline(self.state, 40)
        self.trainer = Trainer(self.state, self.pipeline)

    def learn(self, *events: AnyEvent) -> None:
        for event in events:
            self.trainer.learn_one(event)

    def context(self, visitor: VisitorId = ANN) -> Context:
        return self.state.visitors.sessions.context(self.state.visitors.index(visitor), NOW + 60)

    def names(self, slate: Slate) -> list[str]:
        return [str(self.state.items.id(item)) for item in slate.items.tolist()]


@pytest.fixture
def shop(an_event: EventBuilder) -> Shop:
    shop = Shop()
    for number, visitor in enumerate(("bob", "cid", "dan")):
        shop.learn(*(an_event(visitor, name, at=NOW - 500 + 9 * number) for name in ("cup", "saucer", "plate")))
    shop.learn(an_event("ann", "cup", at=NOW))
    return shop


def test_the_last_item_is_left_out_unless_kept(shop: Shop) -> None:
    assert "cup" not in shop.names(shop.pipeline.score(shop.context(), 6))
    assert "cup" in shop.names(shop.pipeline.score(shop.context(), 6, keep_last=True))


def test_what_is_excluded_makes_room_for_the_next(shop: Shop) -> None:
    first, second, *_ = shop.names(shop.pipeline.score(shop.context(), 6))
    excluded = np.array([shop.state.items.index(ItemId(first))], np.int32)
    left = shop.names(shop.pipeline.score(shop.context(), 6, excluded))
    assert first not in left
    assert left[0] == second


def test_what_is_no_longer_for_sale_is_left_out(shop: Shop) -> None:
    shop.state.use_catalog(PRODUCTS[:1] + PRODUCTS[2:], ContentNeighbors({}))
    assert "saucer" not in shop.names(shop.pipeline.score(shop.context(), 6))
    assert "saucer" not in shop.names(shop.pipeline.rank(shop.context(), 0, 6))


def test_the_slate_to_show_leaves_out_what_lies_in_the_basket(shop: Shop, an_event: EventBuilder) -> None:
    shop.learn(an_event("ann", "saucer", at=NOW + 1, kind=CartItemAdded), an_event("ann", "jug", at=NOW + 2))
    assert not {"saucer", "jug"} & set(shop.names(shop.pipeline.rank(shop.context(), 0, 6)))


def test_what_was_declared_gains_on_the_rest(shop: Shop, an_event: EventBuilder) -> None:
    def lead_of_the_plate() -> float:
        slate = shop.pipeline.score(shop.context(), 6)
        scores = dict(zip(shop.names(slate), slate.scores.tolist(), strict=True))
        return float(scores["plate"] - scores["saucer"])

    before = lead_of_the_plate()
    shop.learn(an_event("ann", at=NOW + 1, kind=PreferencesChanged, categories=("table",)))
    assert lead_of_the_plate() > before


def test_slates_are_best_first_and_hold_each_item_once(shop: Shop) -> None:
    slate = shop.pipeline.score(shop.context(), 6)
    assert (np.diff(slate.scores) <= 0).all()
    assert len(set(slate.items.tolist())) == len(slate.items)


def test_asking_changes_nothing(shop: Shop) -> None:
    before = str(shop.state.dump())
    first, again = (shop.names(shop.pipeline.rank(shop.context(), 0, 6)) for _ in range(2))
    assert first == again
    assert str(shop.state.dump()) == before
