"""A storefront on stand-ins: six products on two shelves, no server, one client that keeps its cookie."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis

from infra.programs.ports import free_port
from online_models.schema.events import ItemId
from online_models.schema.keyspace import picture_path
from online_models.schema.product import Category, Product
from storefront import create_app
from storefront.accounts.passwords import Passwords
from storefront.database.connection import Database
from storefront.limits.delays import Delays
from storefront.limits.limits import Limits
from storefront.limits.network_keys import NetworkKeys
from storefront.serving.catalog import ShopCatalog
from storefront.settings import StorefrontSettings
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed
from tests.storefront.manual_clock import ShiftedClock
from tests.storefront.running_shop import RunningShop, ShopProcess, learner_at, open_page, publish_catalog

TITLES = {
    "mug": "Red Heart Mug",
    "cup": "Blue Spotty Cup",
    "bowl": "Green Bowl <Small>",
    "bag": "Red Heart Bag",
    "purse": "Pink Purse",
    "tote": "Jumbo Tote",
}


@pytest.fixture
def catalog() -> ShopCatalog:
    products = {
        ItemId(item): Product(
            item=ItemId(item),
            title=title,
            price=100 * (number + 1) + 95,
            category="mugs" if number < 3 else "bags",
            tags=tuple(title.lower().split()),
            picture=picture_path(f"picture{number}"),
        )
        for number, (item, title) in enumerate(TITLES.items())
    }
    items = tuple(products)
    return ShopCatalog(
        version="v1",
        products=products,
        categories=(Category(slug="mugs", name="Mugs & Cups", size=3), Category(slug="bags", name="Bags", size=3)),
        by_category={"mugs": items[:3], "bags": items[3:]},
        best_sellers=items,
    )


@pytest.fixture
def reader(catalog: ShopCatalog) -> MemoryServingReader:
    return MemoryServingReader(catalog)


@pytest.fixture
def publisher() -> MemoryEventPublisher:
    return MemoryEventPublisher()


@pytest.fixture
def settings(tmp_path: Path) -> StorefrontSettings:
    return StorefrontSettings(home=tmp_path, database=f"sqlite:///{tmp_path}/shop.db", secret="a secret of the tests")


@pytest.fixture
def letters() -> Letterbox:
    return Letterbox()


@pytest.fixture
def app_clock() -> ShiftedClock:
    """The application's own clock, which a test may put forward."""
    return ShiftedClock()


@pytest.fixture
def app_config(
    reader: MemoryServingReader,
    publisher: MemoryEventPublisher,
    settings: StorefrontSettings,
    letters: Letterbox,
    app_clock: ShiftedClock,
) -> dict[str, Any]:
    """What the application is made with. A test may override the fixture to have something else in it."""
    return {
        "TESTING": True,
        "SETTINGS": settings,
        "SERVING_READER": reader,
        "EVENT_PUBLISHER": publisher,
        "DATABASE": Database(settings.database, is_patient=True),
        "LIMITS": Limits(clock=app_clock),
        "DELAYS": Delays(),
        "NETWORK_KEYS": NetworkKeys(),
        "VIEWED": MemoryViewed(),
        "MESSAGE_QUEUE": "",
        "PATIENCE": 0.0,
        "SOCKET_MODE": "threading",
        "PASSWORDS": Passwords(memory_kib=64, passes=1),
        "MAIL": letters,
        "NOW": app_clock,
    }


@pytest.fixture
def app(app_config: dict[str, Any]) -> Flask:
    app = create_app(app_config)
    app.test_client_class = BrowserClient
    return app


@pytest.fixture
def client(app: Flask) -> BrowserClient:
    return browser_of(app)


@pytest.fixture
def token(client: FlaskClient) -> str:
    """The hidden field of a form on a page that the client has opened."""
    page = client.get("/products/mug").get_data(as_text=True)
    return page.split('name="token" value="')[1].split('"')[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    shop = getattr(item, "funcargs", {}).get("shop")
    if report.failed and isinstance(shop, RunningShop):
        lines = shop.process.log.read_text(errors="replace").splitlines()
        report.sections.append(("What the shop said last", "\n".join(lines[-60:])))
    return report


@pytest.fixture(scope="module")
def shop(redis_url: str, process_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    home = tmp_path_factory.mktemp("home")
    process = ShopProcess(home, free_port(), process_redis_url)
    try:
        process.start()
        yield RunningShop(process, learner_at(redis_url))
    finally:
        process.stop()


@pytest.fixture
def context(browser: Browser, shop: RunningShop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.address, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return open_page(context, "/")
