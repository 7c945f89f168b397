"""Learners see each other: in real Redis as in the fake."""

from abc import ABC, abstractmethod

import pytest
import redis

from consumers.errors import StoreUnavailable
from consumers.members.heartbeats import Heartbeat, HeartbeatStore, RedisHeartbeats
from online_models.schema import keyspace
from tests.consumers.fakes import MemoryHeartbeats


class HeartbeatSuite(ABC):
    """What every store of heartbeats does."""

    @abstractmethod
    def open(self) -> HeartbeatStore: ...

    def test_each_hears_the_last_heartbeat_of_the_others(self) -> None:
        one, other = self.open(), self.open()
        one.exchange("1", Heartbeat("p", 1))
        last = Heartbeat("p", 2, is_ready=True, answered={0: 7, 1_000_000: 3}, among=("1", "2"))
        one.exchange("1", last)
        assert other.exchange("2", Heartbeat("q", 1)) == {"1": last}

    def test_one_sees_its_own_of_before(self) -> None:
        one = self.open()
        assert one.exchange("1", Heartbeat("p", 1)) == {}
        assert one.exchange("1", Heartbeat("p", 2)) == {"1": Heartbeat("p", 1)}

    def test_what_is_removed_is_gone(self) -> None:
        one = self.open()
        one.exchange("1", Heartbeat("p", 1))
        one.exchange("2", Heartbeat("q", 1))
        one.remove(["1"])
        assert set(one.exchange("2", Heartbeat("q", 2))) == {"2"}


class TestMemoryHeartbeats(HeartbeatSuite):
    @pytest.fixture(autouse=True)
    def shared(self) -> None:
        self.heartbeats: dict[str, Heartbeat] = {}

    def open(self) -> HeartbeatStore:
        return MemoryHeartbeats(self.heartbeats)


@pytest.mark.integration
class TestRedisHeartbeats(HeartbeatSuite):
    @pytest.fixture(autouse=True)
    def address(self, empty_redis: str) -> None:
        self.url = empty_redis

    def open(self) -> HeartbeatStore:
        return RedisHeartbeats(self.url)

    def test_they_expire_and_nonsense_is_left_out(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.hset(keyspace.learner_heartbeats(), "odd", b"nonsense")
            assert self.open().exchange("1", Heartbeat("p", 1)) == {}
            assert 0 < client.ttl(keyspace.learner_heartbeats()) <= keyspace.STATUS_TTL


def test_without_redis_it_says_so() -> None:
    with pytest.raises(StoreUnavailable):
        RedisHeartbeats("redis://127.0.0.1:1/0").exchange("1", Heartbeat("p", 1))
