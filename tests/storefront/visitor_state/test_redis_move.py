"""What version 0.1 kept in a real Redis moves into both kinds of database."""

import logging

import pytest
from redis import Redis, RedisError

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state import redis_move
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from storefront.visitor_state.expiry import sweep
from storefront.visitor_state.redis_move import Moved, RedisMove

pytestmark = pytest.mark.integration

ANN, V1, V2 = VisitorId("a" + 24 * "1"), VisitorId("v1"), VisitorId("v2")
MUG, BAG, CUP = ItemId("mug"), ItemId("bag"), ItemId("cup")
NOW = 1_000.0


@pytest.fixture
def redis(empty_redis: str) -> Redis:
    return connect(empty_redis)


def fill(redis: Redis, visitor: VisitorId, basket: dict[ItemId, int], stars: dict[ItemId, int]) -> None:
    for key, numbers in ((keyspace.basket(visitor), basket), (keyspace.ratings(visitor), stars)):
        if numbers:
            redis.hset(key, mapping={str(item): number for item, number in numbers.items()})
            redis.expire(key, 600)


def of(database: Database, visitor: VisitorId) -> Belongings:
    return BelongingsReader(database).require(visitor)


def test_everything_moves_once_and_leaves_redis(
    redis: Redis, database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_move, "BATCH", 2)
    fill(redis, V1, {MUG: 2, BAG: 1}, {CUP: 4})
    fill(redis, V2, {}, {CUP: 1})
    fill(redis, ANN, {CUP: 3}, {MUG: 5})
    for number in range(5):
        fill(redis, VisitorId(f"v-{number}"), {MUG: number + 1}, {})
    redis.hset(keyspace.basket(VisitorId("v3")), "mug", 1)  # without an end
    redis.lpush(keyspace.viewed(V1), "mug")

    with caplog.at_level(logging.INFO):
        assert RedisMove(redis, database).run(NOW) == Moved(baskets=8, ratings=3)
    assert "Moved 8 baskets and the stars of 3 visitors" in caplog.text
    assert of(database, V1) == Belongings({MUG: 2, BAG: 1}, {CUP: 4})
    assert list(of(database, V1).basket) == [MUG, BAG]
    assert of(database, ANN) == Belongings({CUP: 3}, {MUG: 5})
    assert [of(database, VisitorId(f"v-{number}")).count for number in range(5)] == [1, 2, 3, 4, 5]
    assert redis.keys() == [keyspace.viewed(V1).encode()], "only what can be made again stays"
    assert RedisMove(redis, database).run(NOW) == Moved()

    sweep(database, NOW + 601)
    assert of(database, V1) == Belongings(), "it lives as long as its key would have"
    assert of(database, ANN) == Belongings({CUP: 3}, {MUG: 5})


def test_what_the_visitor_did_since_wins(redis: Redis, database: Database) -> None:
    with database.begin() as connection:
        ReviewStore(database).put_stars(connection, ANN, MUG, 1, NOW - 500)
        ReviewStore(database).put_stars(connection, ANN, BAG, 2, NOW + 5)
        Baskets().put(connection, V1, CUP, 1, NOW)
        Baskets().put(connection, V1, MUG, 7, NOW)
    fill(redis, V1, {MUG: 2, BAG: 1}, {})
    fill(redis, ANN, {}, {MUG: 4, BAG: 3, CUP: 5})
    RedisMove(redis, database).run(NOW)
    assert list(of(database, V1).basket.items()) == [(BAG, 1), (CUP, 1), (MUG, 7)]
    assert of(database, ANN).stars == {CUP: 5, MUG: 4, BAG: 2}, "older stars of the database were written late"


class Deaf:
    """A Redis that is gone when keys are to be deleted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def delete(self, *_: object) -> None:
        raise RedisError("gone")

    def __getattr__(self, name: str) -> object:
        return getattr(self._redis, name)


def test_a_move_that_was_interrupted_goes_on_and_brings_nothing_back(redis: Redis, database: Database) -> None:
    fill(redis, V1, {MUG: 2}, {})
    with pytest.raises(RedisError):
        RedisMove(Deaf(redis), database).run(NOW)  # type: ignore[arg-type]  # stands in for the client
    with database.begin() as connection:
        Baskets().put(connection, V1, MUG, 0, NOW)
    assert RedisMove(redis, database).run(NOW + 1) == Moved()
    assert of(database, V1).basket == {}
    assert redis.keys() == []


def test_what_is_not_ours_is_passed_over(redis: Redis, database: Database) -> None:
    redis.hset(keyspace.basket(VisitorId("v" * 99)), "mug", 1)
    redis.set(keyspace.basket(VisitorId("text")), "no hash")
    redis.hset(keyspace.basket(V1), mapping={"mug": "many", "i" * 99: 2, "bag": 3, "cup": 5_000})
    RedisMove(redis, database).run(NOW)
    assert of(database, V1).basket == {BAG: 3, CUP: 999}
