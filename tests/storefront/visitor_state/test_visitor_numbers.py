from collections.abc import Iterator

import pytest
from redis import ConnectionError as NoConnection
from redis import Redis

from connections.circuit import Circuit
from connections.redis_client import connect
from online_models.schema.events import ItemId, VisitorId
from storefront.visitor_state.visitor_numbers import (
    BASKET,
    RATINGS,
    TooMany,
    VisitorNumbers,
    total,
)
from storefront.visitor_state.visitor_store import NotNow
from tests.storefront.in_memory import MemoryVisitorNumbers

V1, V2 = VisitorId("v1"), VisitorId("v2")
MUG, BAG = ItemId("mug"), ItemId("bag")


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.integration)])
def baskets(request: pytest.FixtureRequest) -> Iterator[VisitorNumbers]:
    if request.param == "memory":
        yield MemoryVisitorNumbers(BASKET)
        return
    redis = connect(request.getfixturevalue("empty_redis"))
    yield VisitorNumbers(redis, BASKET)
    redis.close()


def test_numbers_are_kept_per_visitor_and_item(baskets: VisitorNumbers) -> None:
    assert baskets.read(V1) == {}
    assert baskets.put(V1, MUG, 2) == {"mug": 2}
    baskets.put(V1, BAG, 1)
    baskets.put(V2, MUG, 7)
    assert baskets.read(V1) == {"mug": 2, "bag": 1}
    assert total(baskets.read(V2)) == 7


def test_zero_drops_an_item_and_clearing_drops_all(baskets: VisitorNumbers) -> None:
    baskets.put(V1, MUG, 2)
    baskets.put(V1, BAG, 1)
    assert baskets.put(V1, MUG, 0) == {"bag": 1}
    baskets.clear(V1)
    assert baskets.read(V1) == {}


def test_size_and_numbers_are_bounded(baskets: VisitorNumbers) -> None:
    for number in range(BASKET.max_items):
        baskets.put(V1, ItemId(f"i{number}"), 1)
    with pytest.raises(TooMany):
        baskets.put(V1, MUG, 1)
    assert baskets.put(V1, ItemId("i0"), 5_000)[ItemId("i0")] == BASKET.max_number


def test_what_is_read_cannot_change_what_is_kept(baskets: VisitorNumbers) -> None:
    baskets.put(V1, MUG, 2)
    baskets.read(V1)[BAG] = 9
    assert baskets.read(V1) == {"mug": 2}


def test_what_one_visitor_has_goes_to_another_and_adds_up(baskets: VisitorNumbers) -> None:
    baskets.put(V1, MUG, 2)
    baskets.put(V1, BAG, 1)
    baskets.put(V2, MUG, 998)
    baskets.merge(V1, V2)
    assert (baskets.read(V1), baskets.read(V2)) == ({}, {"mug": 999, "bag": 1})
    baskets.merge(V1, V2)
    assert baskets.read(V2) == {"mug": 999, "bag": 1}


def test_a_full_basket_takes_in_no_more(baskets: VisitorNumbers) -> None:
    for number in range(BASKET.max_items):
        baskets.put(V2, ItemId(f"i{number}"), 1)
    baskets.put(V1, MUG, 1)
    baskets.merge(V1, V2)
    assert len(baskets.read(V2)) == BASKET.max_items


def test_of_two_ratings_the_later_visits_stands() -> None:
    ratings = MemoryVisitorNumbers(RATINGS)
    ratings.put(V1, MUG, 5)
    ratings.put(V2, MUG, 2)
    ratings.merge(V1, V2)
    assert ratings.read(V2) == {"mug": 5}


def test_a_visitor_who_is_forgotten_has_nothing(baskets: VisitorNumbers) -> None:
    baskets.put(V1, MUG, 2)
    baskets.forget(V1)
    assert baskets.read(V1) == {}


@pytest.mark.integration
def test_during_an_outage_nothing_moves_and_nothing_is_lost(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        line = Outage(redis)
        baskets = VisitorNumbers(line, BASKET, Circuit(lambda: 0.0))  # type: ignore[arg-type]  # a cut line to Redis
        baskets.put(V1, MUG, 2)
        line.cut = True
        with pytest.raises(NotNow):
            baskets.merge(V1, V2)
        with pytest.raises(NotNow):
            baskets.forget(V1)
        assert redis.hgetall(BASKET.key(V1)) == {b"mug": b"2"}


@pytest.mark.integration
def test_keys_live_for_a_bounded_time(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        for kind in (BASKET, RATINGS):
            VisitorNumbers(redis, kind).put(V1, MUG, 3)
            assert 0 < redis.ttl(kind.key(V1)) <= kind.ttl


class Outage:
    """Stands between the storefront and Redis, and cuts the line."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.cut = False

    def __getattr__(self, name: str) -> object:
        if self.cut:
            raise NoConnection("cut")
        return getattr(self._redis, name)


@pytest.mark.integration
def test_a_basket_filled_during_an_outage_is_saved_after_it(empty_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connections.circuit.REST_SECONDS", 0.0)
    with Redis.from_url(empty_redis) as redis:
        line = Outage(redis)
        baskets = VisitorNumbers(line, BASKET)  # type: ignore[arg-type]  # stands in for the client
        baskets.put(V1, MUG, 2)
        line.cut = True
        assert baskets.put(V1, BAG, 1) == {"mug": 2, "bag": 1}
        assert baskets.put(V1, MUG, 0) == {"bag": 1}
        line.cut = False

        assert baskets.read(V1) == {"bag": 1}
        assert redis.hgetall(BASKET.key(V1)) == {b"bag": b"1"}


def test_without_any_redis_the_basket_lives_in_this_process() -> None:
    baskets = VisitorNumbers(connect("redis://127.0.0.1:1/0"), BASKET)
    baskets.put(V1, MUG, 2)
    assert baskets.read(V1) == {"mug": 2}
    baskets.clear(V1)
    assert baskets.read(V1) == {}
