"""A storefront of real parts on a Redis with users, over TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from infra.programs.ports import free_port
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import VisitorId
from online_models.schema.messages import RANKING_CHANGED
from tests.storefront.running_shop import (
    DEADLINE,
    ITEMS,
    RunningShop,
    ShopProcess,
    learner_at,
    publish_catalog,
    wait_until,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(empty_redis: str, tls_redis_url: str, tmp_path: Path) -> Iterator[RunningShop]:
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    process = ShopProcess(tmp_path, free_port(), tls_redis_url)
    try:
        process.start()
        yield RunningShop(process, learner_at(empty_redis))
    finally:
        process.stop()


def test_a_shop_reads_its_catalog_and_hears_pushes_over_tls(shop: RunningShop) -> None:
    with SocketVisitor(shop.address, DEADLINE) as visitor:
        name = visitor.cookie.partition("riverfront_visitor=")[2].partition(".")[0]
        shop.push(VisitorId(name), ITEMS[:3])
        heard: list[str] = []

        def is_told() -> bool:
            if message := visitor.receive(1.0):
                heard.append(message.name)
            return RANKING_CHANGED in heard

        wait_until(is_told)
    assert "riverfront:" not in shop.process.log.read_text(encoding="utf-8"), "no password in the log"
