"""Features on a bare Flask application: each needs what its blueprint is built with, and nothing else of the shop."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from online_models.schema.events import CartItemAdded, ItemForgotten, TasteReset
from storefront.database.connection import Database
from storefront.events.effects import Effects
from storefront.events.intake import Intake
from storefront.events.outbox import EventOutbox
from storefront.limits.event_allowance import EventAllowance
from storefront.limits.leaky_buckets import RateLimit
from storefront.limits.limits import Limits
from storefront.limits.network_digest import NetworkDigest
from storefront.limits.network_keys import NetworkKeys
from storefront.limits.push_causes import PushCauses
from storefront.orders.checkout import Checkout
from storefront.orders.order_store import OrderStore
from storefront.reviews.own_stars import OwnStars
from storefront.reviews.review_store import ReviewStore
from storefront.search.engine import Search
from storefront.search.index.columns import StarTable
from storefront.search.index.index_holder import IndexHolder
from storefront.search.taste import Tastes
from storefront.security import csrf
from storefront.serving.catalog import ShopCatalog
from storefront.serving.lists import Lists
from storefront.visitor_state.applied_events import AppliedEvents
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.erasure_receipts import ErasureReceipts
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies
from storefront.visitor_state.wishes import Wishes
from storefront.web.basket import routes as basket
from storefront.web.live.interactions import HttpEvents
from storefront.web.search import routes as search
from storefront.web.why import routes as why
from storefront.web.why.overview import OverviewReader
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed

READS_JSON = {"Accept": "application/json"}


class Parts:
    """What the features of this page are built with, in memory."""

    def __init__(self, catalog: ShopCatalog, folder: Path) -> None:
        database = Database(f"sqlite:///{folder}/shop.db")
        self.reader, self.publisher = MemoryServingReader(catalog), MemoryEventPublisher()
        self.database, self.baskets, self.belongings = database, Baskets(), BelongingsReader(database)
        self.viewed, self.limits = MemoryViewed(), Limits()
        self.visitors = VisitorCookies("a secret", secure=False)
        self.profiling = ProfilingChoice(secure=False)
        self.lists = Lists(self.reader, self.belongings, self.profiling)
        self.orders, self.outbox = OrderStore(database), EventOutbox(database, self.publisher)
        reviews, dismissals = ReviewStore(database), Dismissals(database)
        effects = Effects(database, self.belongings, AppliedEvents(), self.baskets, reviews, dismissals, Wishes())
        intake = Intake(
            publisher=self.publisher,
            reader=self.reader,
            effects=effects,
            viewed=self.viewed,
            own_stars=OwnStars(self.reader, self.belongings),
            profiling=self.profiling,
            push_causes=PushCauses(),
            limit=RateLimit(10, 10),
            network_digest=NetworkDigest("a secret", NetworkKeys()),
            tell=lambda *_: None,
            start=lambda task: task(),
        )
        self.events = HttpEvents(self.visitors, intake, EventAllowance(self.limits, per_second=100))


@pytest.fixture
def parts(catalog: ShopCatalog, tmp_path: Path) -> Parts:
    return Parts(catalog, tmp_path)


@pytest.fixture
def bare(parts: Parts) -> Flask:
    """An application that has texts and visitors' cookies, checks no form's token, and has not one page."""
    app = Flask(__name__)
    app.config.update(TESTING=True, SECRET_KEY="a secret", WTF_CSRF_METHODS=())
    Babel(app)
    csrf.bind(app)
    parts.visitors.bind(app)
    return app


def client_of(bare: Flask, blueprint: Any) -> FlaskClient:
    bare.register_blueprint(blueprint)
    return bare.test_client()


def test_the_basket_alone(bare: Flask, parts: Parts) -> None:
    checkout = Checkout(
        orders=parts.orders,
        database=parts.database,
        belongings=parts.belongings,
        baskets=parts.baskets,
        reader=parts.reader,
        outbox=parts.outbox,
        tell=lambda *_: None,
    )
    views = basket.BasketViews(parts.visitors, checkout, parts.belongings, parts.viewed, parts.lists, parts.events)
    client = client_of(bare, basket.create_blueprint(views))
    answer = client.post("/basket/lines", data={"item": "mug", "quantity": "2"}, headers=READS_JSON)
    assert answer.get_json() == {"count": 2}
    assert [type(event) for event in parts.publisher.events] == [CartItemAdded]
    assert client.post("/basket/lines/mug", data={"remove": ""}, headers=READS_JSON).get_json()["count"] == 0
    assert client.post("/basket/lines", data={"item": "mug", "quantity": "0"}).status_code == 400


def test_why_these_recommendations_alone(bare: Flask, parts: Parts) -> None:
    overviews = OverviewReader(parts.reader, parts.lists, parts.belongings)
    views = why.WhyViews(
        overviews=overviews,
        reader=parts.reader,
        publisher=parts.publisher,
        visitors=parts.visitors,
        events=parts.events,
        profiling=parts.profiling,
        erasure_receipts=ErasureReceipts(["test"]),
        hang_up=lambda _room: None,
        patience=0.0,
    )
    client = client_of(bare, why.create_blueprint(views))
    answer = client.post("/account/recommendations/forgotten", data={"item": "mug"})
    assert answer.status_code == 303
    assert "done=item_forgotten" in answer.headers["Location"]
    assert client.post("/account/recommendations/reset").status_code == 303
    assert [type(event) for event in parts.publisher.events] == [ItemForgotten, TasteReset]
    assert client.post("/account/recommendations/dismissed", data={"item": "none"}).status_code == 404


def test_search_alone(bare: Flask, parts: Parts, tmp_path: Path) -> None:
    tastes = Tastes(parts.reader, parts.belongings, parts.viewed, parts.profiling)
    engine = Search(IndexHolder(parts.reader, tmp_path, lambda task: task()), StarTable(parts.reader), tastes)
    views = search.SearchViews(engine, parts.reader, parts.lists, parts.visitors, parts.limits)
    bare.add_url_rule("/products/<item>", "products.show")  # what it suggests is a link elsewhere
    client = client_of(bare, search.create_blueprint(views))
    answer = client.get("/search/suggestions?q=heart").get_json()
    assert answer["query"] == "heart"
    assert any("Heart" in str(suggestion) for suggestion in answer["suggestions"])
