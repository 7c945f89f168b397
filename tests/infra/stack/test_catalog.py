"""The published catalog, as commands need to know it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from bootstrap.publish.publish import publish_catalog
from connections.catalog_archive import CatalogArchive
from infra.errors import CannotRun
from infra.programs.ports import LOOPBACK, free_port
from infra.stack.catalog import has_catalog, publish_again, read_best_sellers
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


def test_one_that_was_published_before_comes_back_from_disk(empty_redis: str, client: Any, tmp_path: Path) -> None:
    version = publish_catalog(client, a_catalog(), 1_700_000_000.0, archive=CatalogArchive(tmp_path)).version
    client.flushall()
    assert publish_again(empty_redis, tmp_path) == version
    assert read_best_sellers(empty_redis) == ["1", "2", "3"]


def test_where_none_was_ever_published_none_comes_back(empty_redis: str, tmp_path: Path) -> None:
    assert publish_again(empty_redis, tmp_path / "nothing") is None
    assert not has_catalog(empty_redis)


def test_a_redis_that_is_away_is_a_message(client: Any, tmp_path: Path) -> None:
    publish_catalog(client, a_catalog(), 1_700_000_000.0, archive=CatalogArchive(tmp_path))
    with pytest.raises(CannotRun, match="does not take the catalog"):
        publish_again(f"redis://{LOOPBACK}:{free_port()}/0", tmp_path)
