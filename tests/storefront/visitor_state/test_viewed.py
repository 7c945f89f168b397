from collections.abc import Iterator

import pytest
from redis import ConnectionError as NoConnection
from redis import Redis

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_store import NotNow
from tests.storefront.in_memory import MemoryViewed

V1, V2 = VisitorId("v1"), VisitorId("v2")
MUG, BAG, CUP = ItemId("mug"), ItemId("bag"), ItemId("cup")


class Outage:
    """Stands between the storefront and Redis, and cuts the line."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.cut = False

    def __getattr__(self, name: str) -> object:
        if self.cut:
            raise NoConnection("cut")
        return getattr(self._redis, name)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.integration)])
def viewed(request: pytest.FixtureRequest) -> Iterator[Viewed]:
    if request.param == "memory":
        yield MemoryViewed()
        return
    redis = connect(request.getfixturevalue("empty_redis"))
    yield Viewed(redis)
    redis.close()


def test_the_product_opened_last_comes_first_and_each_once(viewed: Viewed) -> None:
    assert viewed.read(V1) == ()
    for item in (MUG, BAG, CUP, MUG):
        viewed.add(V1, item)
    viewed.add(V2, BAG)
    assert viewed.read(V1) == (MUG, CUP, BAG)
    assert viewed.read(V2) == (BAG,)


def test_only_the_last_ones_are_kept(viewed: Viewed) -> None:
    items = [ItemId(f"i{number}") for number in range(keyspace.VIEWED_LENGTH + 5)]
    for item in items:
        viewed.add(V1, item)
    assert viewed.read(V1) == tuple(reversed(items[5:]))


def test_one_view_can_be_forgotten(viewed: Viewed) -> None:
    for item in (MUG, BAG):
        viewed.add(V1, item)
    viewed.discard(V1, MUG)
    viewed.discard(V1, CUP)
    assert viewed.read(V1) == (BAG,)


def test_what_an_anonymous_visitor_opened_goes_to_the_account_as_the_newest(viewed: Viewed) -> None:
    viewed.add(V2, MUG)
    viewed.add(V2, BAG)
    viewed.add(V1, CUP)
    viewed.add(V1, MUG)
    viewed.merge(V1, V2)
    assert viewed.read(V2) == (MUG, CUP, BAG)
    assert viewed.read(V1) == ()


def test_who_is_forgotten_has_opened_nothing(viewed: Viewed) -> None:
    viewed.add(V1, MUG)
    viewed.forget(V1)
    assert viewed.read(V1) == ()


@pytest.mark.integration
def test_the_key_lives_for_a_bounded_time(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        Viewed(redis).add(V1, MUG)
        assert 0 < redis.ttl(keyspace.viewed(V1)) <= keyspace.VIEWED_TTL


@pytest.mark.integration
def test_a_restart_of_redis_that_forgets_the_shops_script_is_not_noticed(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        viewed = Viewed(redis)
        viewed.add(V1, MUG)
        redis.script_flush()
        viewed.add(V1, BAG)
        assert redis.lrange(keyspace.viewed(V1), 0, -1) == [b"bag", b"mug"]


@pytest.mark.integration
def test_a_view_costs_one_command(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        viewed = Viewed(redis)
        viewed.add(V1, MUG)
        redis.config_resetstat()
        viewed.add(V1, BAG)
        assert redis.info("commandstats")["cmdstat_evalsha"]["calls"] == 1
        assert "cmdstat_multi" not in redis.info("commandstats")


@pytest.mark.integration
def test_what_is_opened_during_an_outage_is_saved_after_it(empty_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connections.circuit.REST_SECONDS", 0.0)
    with Redis.from_url(empty_redis) as redis:
        line = Outage(redis)
        Viewed(redis).add(V1, CUP)
        viewed = Viewed(line)  # type: ignore[arg-type]  # stands in for the client
        viewed.add(V1, MUG)
        line.cut = True
        viewed.add(V1, BAG)
        assert viewed.read(V1) == (BAG, MUG)
        with pytest.raises(NotNow):
            viewed.merge(V1, V2)
        with pytest.raises(NotNow):
            viewed.forget(V2)
        line.cut = False

        assert viewed.read(V1) == (BAG, MUG, CUP)
        assert redis.lrange(keyspace.viewed(V1), 0, -1) == [b"bag", b"mug", b"cup"]


@pytest.mark.integration
def test_what_is_forgotten_during_an_outage_stays_forgotten(empty_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connections.circuit.REST_SECONDS", 0.0)
    with Redis.from_url(empty_redis) as redis:
        line = Outage(redis)
        viewed = Viewed(line)  # type: ignore[arg-type]  # stands in for the client
        viewed.add(V1, MUG)
        viewed.add(V1, BAG)
        line.cut = True
        viewed.discard(V1, MUG)
        viewed.add(V1, CUP)
        line.cut = False

        assert viewed.read(V1) == (CUP, BAG)
