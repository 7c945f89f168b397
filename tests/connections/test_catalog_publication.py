"""A version on its way into a real Redis and back."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from connections.catalog_publication import Batch, Incomplete, Superseded, publish_version, read_version, served_version
from online_models.schema import keyspace
from online_models.schema.product import Category, encode_categories

pytestmark = pytest.mark.integration


@pytest.fixture
def client(empty_redis: str) -> Iterator[Any]:
    client = redis.Redis.from_url(empty_redis)
    yield client
    client.close()


def a_version(version: str, count: int = 3) -> list[Batch]:
    items = [f"item{number}".encode() for number in range(count)]
    category = Category(slug="all", name="All", size=count, picture="")
    products = tuple(part for item in items for part in (item, b"a product"))
    return [
        Batch(keyspace.catalog_products(version), "hash", products),
        Batch(keyspace.catalog_search(version), "hash", (b"a.idx", b"\0" * 4096)),
        Batch(keyspace.catalog_search(version), "hash", (b"b.idx", b"")),
        Batch(keyspace.catalog_best_sellers(version), "list", tuple(items)),
        Batch(keyspace.catalog_category(version, "all"), "list", tuple(reversed(items))),
        Batch(keyspace.catalog_categories(version), "string", (encode_categories((category,)),)),
    ]


def content(client: Any) -> dict[bytes, Any]:
    read = {b"hash": client.hgetall, b"list": lambda key: client.lrange(key, 0, -1), b"string": client.get}
    return {key: read[client.type(key)](key) for key in client.scan_iter("*")}


def test_what_is_read_is_what_was_published(client: Any) -> None:
    publish_version(client, "v1", a_version("v1", 1_200))
    before = content(client)
    batches = list(read_version(client, "v1"))
    client.flushall()

    publish_version(client, "v1", batches)

    assert content(client) == before
    assert all(client.ttl(key) == -1 for key in before)


def test_who_publishes_the_same_version_at_once_does_no_harm(client: Any) -> None:
    batches = a_version("v1", 1_200)

    def other_writer() -> Iterator[Batch]:
        yield from batches[:4]
        publish_version(client, "v1", batches)
        yield from batches[4:]

    publish_version(client, "v1", other_writer())

    assert client.llen(keyspace.catalog_best_sellers("v1")) == 1_200
    assert all(client.ttl(key) == -1 for key in client.scan_iter("*"))


def test_one_that_fails_leaves_the_same_version_of_another_writer(client: Any) -> None:
    def overtaken() -> Iterator[Batch]:
        yield from a_version("v1")
        publish_version(client, "v1", a_version("v1"))
        raise redis.ConnectionError("the cable was pulled")

    with pytest.raises(redis.ConnectionError):
        publish_version(client, "v1", overtaken())

    assert served_version(client) == "v1"


def test_a_version_that_may_not_be_replaced_stays(client: Any) -> None:
    publish_version(client, "v2", a_version("v2"))
    before = content(client)

    with pytest.raises(Superseded):
        publish_version(client, "v1", a_version("v1"), lambda served: served is None)

    assert content(client) == before


def test_a_version_that_goes_while_it_is_read_is_not_taken_for_whole(client: Any) -> None:
    publish_version(client, "v1", a_version("v1"))
    batches = read_version(client, "v1")
    next(batches)
    client.flushall()

    with pytest.raises(Incomplete):
        list(batches)


def test_a_pointer_to_nothing_serves_nothing(client: Any) -> None:
    client.set(keyspace.catalog_version(), "v1")

    assert served_version(client) is None
