"""A deleted account is gone from everywhere: the shop's stores, the database, the learner's models and its lists."""

from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from redis import Redis
from sqlalchemy import select

from consumers.redis.catalog_reader import PublishedCatalog
from consumers.redis.outbox import Command
from online_models.schema.events import AnyEvent, VisitorId, decode
from online_models.schema.events import encode as encode_event
from online_models.snapshot import SnapshotHeader, encode
from storefront import create_app
from storefront.accounts.passwords import Passwords
from storefront.database.connection import Database
from storefront.database.tables import metadata
from storefront.serving.catalog import ShopCatalog
from storefront.settings import StorefrontSettings
from tests.consumers.fakes import MemoryOutbox, MemoryTopic
from tests.consumers.harness import Harness
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.stored import database_of, outbox_of
from tests.storefront.web.account.test_own_data import busy, visitor_of

pytestmark = pytest.mark.integration


class Outbox(MemoryOutbox):
    """The learner's outbox, carried out in a real Redis as well."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis

    def run(self, command: Command) -> None:
        super().run(command)
        self._redis.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py is half typed


@pytest.fixture
def redis(empty_redis: str) -> Redis:
    return Redis.from_url(empty_redis)


@pytest.fixture
def stored(
    settings: StorefrontSettings, reader: MemoryServingReader, publisher: MemoryEventPublisher, empty_redis: str
) -> Flask:
    """The shop on a real Redis."""
    app = create_app(
        {
            "TESTING": True,
            "SETTINGS": replace(settings, redis=empty_redis),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": publisher,
            "DATABASE": Database(settings.database),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
            "PASSWORDS": Passwords(memory_kib=64, passes=1),
        }
    )
    app.test_client_class = BrowserClient
    return app


@pytest.fixture
def learner(catalog: ShopCatalog, redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
    monkeypatch.setattr("tests.consumers.harness.MemoryOutbox", lambda *_: Outbox(redis))
    return Harness(MemoryTopic(), tmp_path, catalog=PublishedCatalog("v1", catalog.products, {}))


def keys_of(redis: Redis, visitor: VisitorId) -> list[bytes]:
    return sorted(key for key in redis.scan_iter("riverfront:*") if visitor.encode() in key)


def sent(publisher: MemoryEventPublisher) -> list[AnyEvent]:
    return [decode(encode_event(event)) for event in publisher.events]


def models_know(learner: Harness, visitor: VisitorId) -> bool:
    header = SnapshotHeader(positions={}, recent_events=(), saved_at=0.0, product_version="")
    return visitor.encode() in b"".join(encode(learner.model.dump(), header))


def test_after_the_deletion_nothing_anywhere_knows_the_visitor(
    stored: Flask, learner: Harness, redis: Redis, publisher: MemoryEventPublisher
) -> None:
    client = browser_of(stored)
    client.submit("/products/tote", {"item": "tote", "quantity": 1}, to="/basket/lines")
    anonymous = client.anonymous()
    client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD})
    visitor = visitor_of(stored)
    busy(client)
    learner.tell(*sent(publisher))
    assert learner.ranking(visitor) is not None
    assert models_know(learner, visitor)
    assert keys_of(redis, visitor)

    told = len(publisher.events)
    client.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    learner.tell(*sent(publisher)[told:])

    for gone in (visitor, anonymous):
        assert not models_know(learner, gone)
        assert keys_of(redis, gone) == []
    outbox_of(stored).relay()
    with database_of(stored).begin() as connection:
        assert not any(connection.execute(select(table)).all() for table in metadata.sorted_tables)
