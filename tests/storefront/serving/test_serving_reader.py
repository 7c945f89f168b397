import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import ConnectionError as NoConnection
from redis import Redis

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.phrases import Phrase
from online_models.schema.product import encode_categories, encode_product
from online_models.schema.recommendations import RankedItem, Ranking, Reason, encode_items, encode_ranking
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from tests.storefront.in_memory import MemoryServingReader

V1 = VisitorId("v1")
MUG, CUP = ItemId("mug"), ItemId("cup")
ITEMS = (RankedItem(item=CUP, score=1.0, member="m", reason=Reason(phrase=Phrase("Trending now"))),)
STARS = (0, 1, 2, 3, 40)
RANKING = Ranking(ranking_id=RankingId("r1"), visitor=V1, ranked_at=1.0, items=ITEMS, causes=(EventId("e1"),))

SEARCH_FILES = {"meta.json": b"{}", "a.idx": b"\0\1"}


def publish(redis: Any, catalog: ShopCatalog) -> None:
    version = catalog.version
    products = {item: encode_product(product) for item, product in catalog.products.items()}
    redis.hset(keyspace.catalog_products(version), mapping=products)
    redis.set(keyspace.catalog_categories(version), encode_categories(catalog.categories))
    redis.rpush(keyspace.catalog_best_sellers(version), *catalog.best_sellers)
    for slug, shelf in catalog.by_category.items():
        redis.rpush(keyspace.catalog_category(version, slug), *shelf)
    redis.hset(keyspace.catalog_similar(version), MUG, json.dumps([[CUP, 0.5]]))
    redis.hset(keyspace.catalog_pictures(version), "abc", b"<svg/>")
    redis.hset(keyspace.catalog_search(version), mapping=SEARCH_FILES)
    redis.hset(keyspace.stars(), mapping={MUG: b"[0,1,2,3,40]", CUP: b"broken"})
    redis.set(keyspace.catalog_version(), version)


def write_lists(redis: Any) -> None:
    redis.set(keyspace.ranking(V1), encode_ranking(RANKING))
    redis.set(keyspace.goes_well_with_for(V1), encode_ranking(RANKING))
    redis.set(keyspace.bought_together(V1), encode_ranking(RANKING))
    shared = (keyspace.trending(), keyspace.popular(), keyspace.top_rated(), keyspace.new_arrivals())
    for key in (*shared, keyspace.goes_well_with(MUG), keyspace.similar(MUG)):
        redis.set(key, encode_items(ITEMS))
    redis.rpush(keyspace.ops_history(), b'{"at":2}', b'{"at":1}')
    redis.set(keyspace.ops_latest(), b'{"at":2}')


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.integration)])
def known(request: pytest.FixtureRequest, catalog: ShopCatalog) -> Iterator[ServingReader]:
    """A reader of a store that holds something of everything."""
    if request.param == "memory":
        memory = MemoryServingReader(catalog)
        memory.rankings, memory.trending, memory.popular = {V1: RANKING}, ITEMS, ITEMS
        memory.top_rated, memory.new_arrivals, memory.learned_similar = ITEMS, ITEMS, {MUG: ITEMS}
        memory.goes_well_with_for, memory.bought_together = {V1: RANKING}, {V1: RANKING}
        memory.goes_well_with, memory.similar = {MUG: ITEMS}, {MUG: ((CUP, 0.5),)}
        memory.stars = {MUG: STARS}
        memory.pictures, memory.ops_history = {"abc": b"<svg/>"}, [b'{"at":2}', b'{"at":1}']
        memory.search_indexes = {catalog.version: SEARCH_FILES}
        yield memory
        return
    redis = connect(request.getfixturevalue("empty_redis"))
    publish(redis, catalog)
    write_lists(redis)
    yield ServingReader(redis)
    redis.close()


def test_everything_that_is_there_is_read(known: ServingReader, catalog: ShopCatalog) -> None:
    assert known.is_up
    assert known.read_catalog() == catalog
    assert known.read_ranking(V1) == RANKING
    assert known.read_trending() == known.read_popular() == known.read_goes_well_with(MUG) == ITEMS
    assert known.read_top_rated() == known.read_new_arrivals() == known.read_learned_similar(MUG) == ITEMS
    assert known.read_goes_well_with_for(V1) == known.read_bought_together(V1) == RANKING
    assert known.read_similar(MUG) == ((CUP, 0.5),)
    assert known.read_stars(MUG) == STARS
    assert known.read_picture("abc") == b"<svg/>"
    assert known.read_search_index(catalog.version) == SEARCH_FILES
    assert known.read_search_index("another") == {}
    assert known.read_all_stars() == {MUG: STARS}
    assert known.read_ops_latest() == b'{"at":2}'
    assert known.read_ops_history() == [b'{"at":2}', b'{"at":1}']


def test_what_is_not_there_is_empty(known: ServingReader) -> None:
    known.read_catalog()
    assert known.read_ranking(VisitorId("v2")) is None
    assert known.read_goes_well_with(CUP) == ()
    assert known.read_similar(CUP) == ()
    assert known.read_learned_similar(CUP) == ()
    assert known.read_bought_together(VisitorId("v2")) is None
    assert known.read_goes_well_with_for(VisitorId("v2")) is None
    assert known.read_stars(CUP) == (0, 0, 0, 0, 0)
    assert known.read_picture("none") is None


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 10.0
        return self.now


class Line:
    """The line to Redis, which a test can cut."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.cut = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if self.cut:
            raise NoConnection("cut")
        found: Callable[..., Any] = getattr(self._redis, name)
        return found


@pytest.fixture
def line(empty_redis: str) -> Iterator[Line]:
    with Redis.from_url(empty_redis) as redis:
        yield Line(redis)


def reader_on(line: Line) -> ServingReader:
    return ServingReader(line, clock=Clock())  # type: ignore[arg-type]  # stands in for the client


@pytest.mark.integration
def test_with_redis_down_the_catalog_and_shared_lists_stay(line: Line, catalog: ShopCatalog) -> None:
    publish(line, catalog)
    write_lists(line)
    reader = reader_on(line)
    reader.read_catalog()
    reader.read_trending()
    reader.read_picture("abc")
    reader.read_stars(MUG)

    line.cut = True

    assert not reader.is_up
    assert reader.read_catalog() == catalog
    assert reader.read_trending() == ITEMS
    assert reader.read_picture("abc") == b"<svg/>"
    assert reader.read_stars(MUG) == STARS
    assert reader.read_stars(CUP) == (0, 0, 0, 0, 0)
    assert reader.read_ranking(V1) is None
    assert reader.read_goes_well_with(MUG) == ()
    assert reader.read_ops_history() == []

    line.cut = False
    assert reader.read_ranking(V1) == RANKING


@pytest.mark.integration
def test_a_catalog_that_redis_has_lost_stays_until_there_is_one_again(line: Line, catalog: ShopCatalog) -> None:
    publish(line, catalog)
    reader = reader_on(line)
    reader.read_catalog()

    line.flushdb()

    assert reader.is_up
    assert reader.read_catalog() == catalog
    publish(line, catalog)
    assert reader.read_catalog() == catalog


@pytest.mark.integration
def test_a_new_version_is_taken_up_and_pictures_of_the_old_one_still_show(line: Line, catalog: ShopCatalog) -> None:
    publish(line, catalog)
    reader = reader_on(line)
    assert reader.read_catalog().version == "v1"
    newer = ShopCatalog(
        version="v2",
        products={MUG: catalog.products[MUG]},
        categories=catalog.categories[:1],
        by_category={"mugs": (MUG,)},
        best_sellers=(MUG,),
    )
    publish(line, newer)
    line.delete(keyspace.catalog_pictures("v2"))

    assert reader.read_catalog() == newer
    assert reader.read_picture("abc") == b"<svg/>"


@pytest.mark.integration
def test_a_half_written_or_broken_version_is_not_taken_up(line: Line, catalog: ShopCatalog) -> None:
    publish(line, catalog)
    reader = reader_on(line)
    reader.read_catalog()
    line.set(keyspace.catalog_version(), "v9")
    assert reader.read_catalog() == catalog
    line.hset(keyspace.catalog_products("v9"), "mug", b"{")
    line.set(keyspace.catalog_categories("v9"), b"[]")
    assert reader.read_catalog() == catalog


@pytest.mark.integration
def test_a_list_that_cannot_be_read_counts_as_none(line: Line) -> None:
    line.set(keyspace.ranking(V1), b"{")
    line.set(keyspace.trending(), b"7")
    line.hset(keyspace.stars(), MUG, "[1, 2]")
    reader = reader_on(line)
    assert reader.read_ranking(V1) is None
    assert reader.read_trending() == ()
    assert reader.read_stars(MUG) == (0, 0, 0, 0, 0)


@pytest.mark.integration
def test_lists_of_an_earlier_version_are_read_without_their_reasons(line: Line) -> None:
    item = b'{"item":"cup","score":1.0,"member":"m","reason":{"kind":"again","text":"As before","evidence":"mug"}}'
    line.set(keyspace.ranking(V1), b'{"ranking_id":"r1","visitor":"v1","ranked_at":1.0,"items":[' + item + b"]}")
    line.set(keyspace.trending(), b"[" + item + b"]")
    reader = reader_on(line)
    ranking = reader.read_ranking(V1)
    assert ranking is not None
    for (kept,) in (ranking.items, reader.read_trending()):
        assert (kept.item, kept.reason) == (CUP, Reason(evidence=MUG))
        assert kept.reason.text == ""


def test_without_any_redis_nothing_is_raised() -> None:
    reader = ServingReader(connect("redis://127.0.0.1:1/0"))
    assert reader.read_catalog() == ShopCatalog()
    assert reader.read_ranking(V1) is None
    assert reader.read_trending() == ()
    assert reader.read_picture("abc") is None
    assert not reader.is_up
