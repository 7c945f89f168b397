from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from connections.redis_client import connect
from online_models.schema import keyspace
from storefront.limits import limits as module
from storefront.limits.leaky_buckets import Limit
from storefront.limits.limits import Limits, Verdict, digest_of
from tests.storefront.manual_clock import Clock

THRICE = Limit("test", 3, 60)
SLOWER = Limit("slower", 1, 600)
GRANTED = Verdict(allowed=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "without redis", pytest.param("redis", marks=pytest.mark.integration)])
def limits(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Limits]:
    if request.param == "memory":
        yield Limits(clock=clock)
        return
    down = request.param == "without redis"
    redis = connect("redis://127.0.0.1:1/0" if down else request.getfixturevalue("empty_redis"))
    yield Limits(redis, clock=clock)
    redis.close()


def test_as_many_as_the_limit_says_pass_and_the_next_is_told_when_to_come_back(limits: Limits) -> None:
    assert [limits.allow(THRICE, "a") for _ in range(3)] == [GRANTED] * 3
    assert limits.allow(THRICE, "a") == Verdict(allowed=False, retry_after=20)


def test_who_comes_back_when_told_is_let_in_and_not_before(limits: Limits, clock: Clock) -> None:
    for _ in range(3):
        limits.allow(THRICE, "a")
    clock.now += 19.9
    assert limits.allow(THRICE, "a") == Verdict(allowed=False, retry_after=1)
    clock.now += 0.1
    assert limits.allow(THRICE, "a").allowed
    assert not limits.allow(THRICE, "a").allowed


def test_knocking_while_refused_does_not_prolong_the_wait(limits: Limits, clock: Clock) -> None:
    for _ in range(50):
        limits.allow(THRICE, "a")
    clock.now += 20
    assert limits.allow(THRICE, "a").allowed


def test_after_a_rest_the_whole_limit_is_there_again_and_no_more(limits: Limits, clock: Clock) -> None:
    for _ in range(3):
        limits.allow(THRICE, "a")
    clock.now += 10_000
    assert sum(limits.allow(THRICE, "a").allowed for _ in range(10)) == 3


def test_each_has_a_limit_of_their_own_and_each_limit_counts_for_itself(limits: Limits) -> None:
    for _ in range(3):
        limits.allow(THRICE, "a")
    assert limits.allow(THRICE, "b").allowed
    assert limits.allow(SLOWER, "a").allowed
    assert limits.allow(SLOWER, "a").retry_after == 600


def test_several_at_once_count_as_several(limits: Limits) -> None:
    assert limits.allow(THRICE, "a", cost=2).allowed
    assert not limits.allow(THRICE, "a", cost=2).allowed
    assert limits.allow(THRICE, "a").allowed


def test_what_costs_more_than_the_limit_is_let_in_once_nothing_else_counts(limits: Limits, clock: Clock) -> None:
    assert limits.allow(THRICE, "a", cost=5).allowed
    assert limits.allow(THRICE, "a", cost=5) == Verdict(allowed=False, retry_after=100)
    clock.now += 100
    assert limits.allow(THRICE, "a", cost=5).allowed


def test_what_is_given_back_may_be_done_again(limits: Limits) -> None:
    for _ in range(3):
        limits.allow(THRICE, "a")
    limits.give_back(THRICE, "a")
    limits.give_back(THRICE, "nobody")
    assert limits.allow(THRICE, "a").allowed
    assert not limits.allow(THRICE, "a").allowed


def test_many_at_the_same_time_do_not_slip_through_together(limits: Limits) -> None:
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: limits.allow(THRICE, "a").allowed, range(40)))
    assert sum(granted) == 3


@pytest.mark.parametrize("key", ["", "x" * 10_000, "a:b*?", "ü\n\0"])
def test_any_key_will_do(limits: Limits, key: str) -> None:
    assert limits.allow(THRICE, key).allowed


def test_the_table_in_memory_is_bounded(clock: Clock) -> None:
    limits = Limits(clock=clock, keys_kept=10)
    for number in (0, 0, 0, *range(1, 10)):
        limits.allow(THRICE, str(number))
    assert not limits.allow(THRICE, "0").allowed
    for number in range(10, 20):
        limits.allow(THRICE, str(number))
    assert limits.allow(THRICE, "0").allowed, "forgotten, so a stranger again"


@pytest.mark.integration
def test_redis_keeps_a_digest_for_no_longer_than_it_matters_by_its_own_clock(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        limits = Limits(redis)
        assert limits.allow(THRICE, "ada@example.org").allowed
        limits.give_back(THRICE, "ada@example.org")
        limits.allow(THRICE, "ada@example.org")
        (key,) = redis.keys()
        assert key.decode() == keyspace.limit("test", digest_of("ada@example.org"))
        assert 0 < redis.ttl(key) <= THRICE.seconds


def test_every_limit_of_the_shop_has_a_name_of_its_own() -> None:
    named = [limit.name for limit in vars(module).values() if isinstance(limit, Limit)]
    assert len(named) == len(set(named)) >= 6
