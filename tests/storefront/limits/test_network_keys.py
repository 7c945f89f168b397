from collections.abc import Iterator

import pytest
from redis import Redis

from connections.redis_client import connect
from online_models.schema.keyspace import DAY, network_key
from storefront.limits import network_keys
from storefront.limits.network_keys import BYTES, GRACE_SECONDS, NetworkKeys

TODAY = 20_000
MIDNIGHT = float(TODAY * DAY)
NOON, TOMORROW = MIDNIGHT + DAY / 2, MIDNIGHT + DAY


@pytest.fixture
def redis(empty_redis: str) -> Iterator[Redis]:
    client = connect(empty_redis)
    yield client
    client.close()


@pytest.fixture
def down() -> Iterator[Redis]:
    client = connect("redis://127.0.0.1:1/0")
    yield client
    client.close()


@pytest.fixture
def _asks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_keys, "ASK_SECONDS", 0.0)


def test_a_key_is_the_same_all_day_another_every_day_and_never_the_same_again() -> None:
    keys = NetworkKeys()
    today = keys.of(MIDNIGHT)
    assert len(today) == BYTES
    assert keys.of(TOMORROW - 1) == today
    tomorrow = keys.of(TOMORROW)
    assert tomorrow != today
    assert keys.of(NOON) not in {today, tomorrow}


def test_without_redis_a_storefront_has_a_key_of_its_own(down: Redis) -> None:
    keys = NetworkKeys(down)
    assert keys.of(NOON) == keys.of(NOON + 60)
    assert keys.of(NOON) != NetworkKeys(down).of(NOON)


def test_a_key_of_a_day_that_is_over_is_dropped_also_if_nobody_comes() -> None:
    keys = NetworkKeys()
    today = keys.of(NOON)
    keys.drop_old(TOMORROW)
    assert keys.of(TOMORROW - 1) == today
    keys.drop_old(TOMORROW + GRACE_SECONDS)
    assert today not in repr(vars(keys)).encode()
    assert keys.of(TOMORROW - 1) != today


def test_a_key_is_not_in_what_is_printed_of_it() -> None:
    keys = NetworkKeys()
    assert repr(keys.of(NOON)) not in repr(vars(keys))


@pytest.mark.integration
def test_storefronts_agree_and_so_does_one_that_starts_later(redis: Redis) -> None:
    one, other = NetworkKeys(redis), NetworkKeys(redis)
    assert one.of(MIDNIGHT) == other.of(NOON) == NetworkKeys(redis).of(TOMORROW - 1)
    assert one.of(TOMORROW) == other.of(TOMORROW) != one.of(MIDNIGHT)


@pytest.mark.integration
@pytest.mark.parametrize("at", [MIDNIGHT, NOON, TOMORROW - 1])
def test_redis_deletes_a_key_by_itself_a_minute_after_its_day(redis: Redis, at: float) -> None:
    NetworkKeys(redis).of(at)
    left = int(redis.ttl(network_key(TODAY)))
    assert left <= TOMORROW - at + GRACE_SECONDS + 1
    assert left >= TOMORROW - at


@pytest.mark.integration
@pytest.mark.usefixtures("_asks_always")
def test_a_flush_changes_nothing_for_the_storefronts_that_run_nor_for_the_next(redis: Redis) -> None:
    one, other = NetworkKeys(redis), NetworkKeys(redis)
    before = one.of(NOON)
    assert other.of(NOON) == before
    redis.flushall()
    assert one.of(NOON + 1) == other.of(NOON + 2) == NetworkKeys(redis).of(NOON + 3) == before


@pytest.mark.integration
@pytest.mark.usefixtures("_asks_always")
def test_storefronts_agree_again_once_redis_is_back(redis: Redis, down: Redis) -> None:
    one, other = NetworkKeys(redis), NetworkKeys(down)
    assert one.of(NOON) != other.of(NOON)
    other._redis, other._circuit = redis, one._circuit
    assert one.of(NOON + 1) == other.of(NOON + 1)


@pytest.mark.integration
def test_what_is_no_key_is_not_used(redis: Redis) -> None:
    redis.set(network_key(TODAY), b"")
    assert len(NetworkKeys(redis).of(NOON)) == BYTES
