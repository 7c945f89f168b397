"""The published catalog, as commands need to know it."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from bootstrap.publish.publish import publish_catalog
from infra.stack.catalog import has_catalog, read_best_sellers
from tests.bootstrap.builders import a_catalog

pytestmark = pytest.mark.integration


@pytest.fixture
def client(empty_redis: str) -> Iterator[Any]:
    client = redis.Redis.from_url(empty_redis)
    yield client
    client.close()


def test_there_is_none_until_one_is_published(empty_redis: str, client: Any) -> None:
    assert not has_catalog(empty_redis)
    assert read_best_sellers(empty_redis) == []
    publish_catalog(client, a_catalog(), 1_700_000_000.0)
    assert has_catalog(empty_redis)
    assert read_best_sellers(empty_redis) == ["1", "2", "3"]
