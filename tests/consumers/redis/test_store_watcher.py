"""Whether Redis has lost what was written: the same of the fake and of a real one."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from consumers.redis.store_watcher import StoreReader, StoreWatcher
from infra.programs.binaries import Missing, find_redis_server
from infra.programs.program import Child
from infra.redis.server import redis_program
from infra.stack.home import Home
from infra.stack.servers import own_redis
from tests.consumers.fakes import MemoryOutbox, MemoryStore


class StoreWatcherSuite(ABC):
    """Subclasses say what is asked, and how it loses its data and is started again."""

    @abstractmethod
    def reader(self) -> StoreReader: ...

    @abstractmethod
    def flush(self) -> None: ...

    @abstractmethod
    def restart(self) -> None: ...

    def watch(self) -> StoreWatcher:
        watcher = StoreWatcher(self.reader())
        watcher.check()
        watcher.take()
        return watcher

    def test_a_new_store_has_to_be_written(self) -> None:
        watcher = StoreWatcher(self.reader())
        watcher.check()
        assert watcher.take()

    def test_a_store_that_another_one_has_written_does_not(self) -> None:
        self.watch()
        watcher = StoreWatcher(self.reader())
        watcher.check()
        assert not watcher.take()

    def test_while_nothing_happens_nothing_is_lost(self) -> None:
        watcher = self.watch()
        watcher.check()
        assert not watcher.take()

    def test_a_flush_is_noticed_once(self) -> None:
        watcher = self.watch()
        self.flush()
        watcher.check()
        watcher.check()
        assert watcher.take()
        assert not watcher.take()

    def test_a_flush_is_noticed_by_each_who_watches(self) -> None:
        watchers = [self.watch(), self.watch()]
        self.flush()
        for watcher in watchers:
            watcher.check()
        assert all(watcher.take() for watcher in watchers)

    def test_a_restart_is_noticed(self) -> None:
        watcher = self.watch()
        self.restart()
        watcher.check()
        assert watcher.take()


class TestMemoryStore(StoreWatcherSuite):
    @pytest.fixture(autouse=True)
    def _store(self) -> None:
        self.outbox = MemoryOutbox()
        self.store = MemoryStore(self.outbox)

    def reader(self) -> StoreReader:
        return self.store

    def flush(self) -> None:
        self.store.flush()

    def restart(self) -> None:
        self.store.restart()

    def test_a_store_that_is_down_says_nothing(self) -> None:
        watcher = self.watch()
        self.outbox.down = True
        watcher.check()
        assert not watcher.take()


@pytest.mark.integration
class TestRedisStore(StoreWatcherSuite):
    """With a server of its own, as it is stopped."""

    @pytest.fixture(autouse=True)
    def _server(self, tmp_path: Path) -> Iterator[None]:
        self.access = own_redis(Home(tmp_path))
        try:
            self.program = redis_program(find_redis_server(), self.access, tmp_path, tmp_path / "redis.log")
        except Missing as missing:
            pytest.skip(str(missing))
        self.server = Child(self.program)
        self.server.wait_until_ready()
        yield
        self.server.stop()

    def reader(self) -> StoreReader:
        return StoreReader(self.access.url)

    def flush(self) -> None:
        with redis.Redis.from_url(self.access.supervisor_url) as client:
            client.flushall()

    def restart(self) -> None:
        self.server.stop()
        self.server = Child(self.program)
        self.server.wait_until_ready()

    def test_a_server_that_is_away_says_nothing(self) -> None:
        watcher = self.watch()
        self.server.stop()
        watcher.check()
        assert not watcher.take()
