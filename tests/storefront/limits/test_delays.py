from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from connections.redis_client import connect
from online_models.schema import keyspace
from storefront.limits.delays import Delay, Delays
from tests.storefront.manual_clock import Clock

GROWING = Delay("growing", free=2, first=4, longest=30, forgotten_after=600)
SHORT = Delay("short", free=3, first=1, longest=2)
ADA, BOB = (GROWING, "ada"), (GROWING, "bob")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "without redis", pytest.param("redis", marks=pytest.mark.integration)])
def delays(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Delays]:
    if request.param == "memory":
        yield Delays(clock=clock)
        return
    down = request.param == "without redis"
    redis = connect("redis://127.0.0.1:1/0" if down else request.getfixturevalue("empty_redis"))
    yield Delays(redis, clock=clock)
    redis.close()


def test_pauses_start_after_the_free_attempts_and_double_up_to_the_longest(delays: Delays, clock: Clock) -> None:
    pauses = []
    for _ in range(8):
        while not (verdict := delays.attempt([ADA])).allowed:
            pauses.append(verdict.retry_after)
            clock.now += verdict.retry_after
    assert pauses == [4, 8, 16, 30, 30, 30]


def test_an_attempt_in_a_pause_does_not_prolong_it(delays: Delays, clock: Clock) -> None:
    for _ in range(20):
        delays.attempt([ADA])
    clock.now += 4
    assert delays.attempt([ADA]).allowed


def test_a_success_clears(delays: Delays) -> None:
    for _ in range(2):
        delays.attempt([ADA])
    assert not delays.attempt([ADA]).allowed
    delays.clear([ADA])
    assert delays.attempt([ADA]).allowed


def test_all_is_forgotten_in_time(delays: Delays, clock: Clock) -> None:
    for _ in range(2):
        delays.attempt([ADA])
    clock.now += GROWING.forgotten_after
    assert [delays.attempt([ADA]).allowed for _ in range(3)] == [True, True, False]


def test_an_attempt_counts_for_all_or_for_none(delays: Delays) -> None:
    assert delays.attempt([ADA, (SHORT, "all")]).allowed
    assert delays.attempt([ADA, (SHORT, "all")]).allowed
    assert not delays.attempt([ADA, (SHORT, "all")]).allowed, "Ada waits"
    assert delays.attempt([BOB, (SHORT, "all")]).allowed, "what Ada was refused has not counted"
    assert delays.attempt([BOB, (SHORT, "all")]).retry_after == 1


def test_many_at_the_same_time_do_not_slip_through_together(delays: Delays) -> None:
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: delays.attempt([ADA]).allowed, range(40)))
    assert sum(granted) == GROWING.free


def test_the_table_in_memory_is_bounded(clock: Clock) -> None:
    delays = Delays(clock=clock, keys_kept=10)
    for _ in range(GROWING.free):
        delays.attempt([ADA])
    assert not delays.attempt([ADA]).allowed
    for number in range(10):
        delays.attempt([(GROWING, str(number))])
    assert delays.attempt([ADA]).allowed, "forgotten, so a stranger again"


@pytest.mark.integration
def test_redis_forgets_by_its_own_clock(empty_redis: str) -> None:
    with Redis.from_url(empty_redis) as redis:
        delays = Delays(redis)
        assert [delays.attempt([ADA]).allowed for _ in range(3)] == [True, True, False]
        (key,) = redis.keys()
        assert b"ada" not in key
        assert 0 < redis.ttl(key) <= GROWING.forgotten_after <= keyspace.DELAY_TTL


def test_a_pause_longer_than_its_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="bad"):
        Delay("bad", free=1, first=1, longest=60, forgotten_after=60)
