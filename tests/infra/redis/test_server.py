"""The stack's own Redis, as each server that this machine has: the path's, and the one that setup brings."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from infra.errors import CannotRun
from infra.programs.binaries import ROOT
from infra.programs.program import Child
from infra.redis.server import MAX_MEMORY, redis_program
from infra.setup.clone import Clone
from infra.setup.programs import REDIS
from infra.stack.home import Home
from infra.stack.servers import own_redis

pytestmark = pytest.mark.integration

CANDIDATES = {"path": shutil.which(REDIS.command), "wheel": str(REDIS.in_wheel(Clone(ROOT)))}
SERVERS = {name: path for name, path in CANDIDATES.items() if path and Path(path).exists()}


@pytest.fixture(params=SERVERS.values(), ids=list(SERVERS))
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], tuple[Child, redis.Redis]]]:
    """Start a server on one folder of data: each time the same, as a stack does."""
    with ExitStack() as stack:

        def start_one() -> tuple[Child, redis.Redis]:
            access = own_redis(Home(tmp_path))
            child = Child(redis_program(request.param, access, tmp_path / "data", tmp_path / "redis.log"))
            stack.callback(child.stop)
            child.wait_until_ready()
            client = redis.Redis.from_url(access.supervisor_url, decode_responses=True)
            stack.callback(client.close)
            return child, client

        yield start_one


def test_the_server_works_with_the_options_that_were_asked_for(
    start: Callable[[], tuple[Child, redis.Redis]], tmp_path: Path
) -> None:
    _, client = start()
    options = client.config_get("*")
    assert options["save"] == "60 1"
    assert options["maxmemory"] == str(MAX_MEMORY)
    assert options["maxmemory-policy"] == "volatile-lru"
    assert options["port"] == "0", "nobody reaches it over a network"
    assert options["unixsocketperm"] == "700"
    assert options["dir"] == str((tmp_path / "data").resolve())


def test_what_a_server_holds_outlives_its_clean_stop(start: Callable[[], tuple[Child, redis.Redis]]) -> None:
    child, client = start()
    client.set("catalog", "hearts")
    assert child.stop() == 0
    _, again = start()
    assert again.get("catalog") == "hearts"


@pytest.mark.parametrize("server", SERVERS.values(), ids=list(SERVERS))
def test_a_server_that_runs_with_other_options_is_not_taken(server: str, tmp_path: Path) -> None:
    program = redis_program(server, own_redis(Home(tmp_path)), tmp_path / "data", tmp_path / "redis.log")
    child = Child(replace(program, argv=(*program.argv, "--maxmemory", "1048576")))
    try:
        with pytest.raises(CannotRun, match=f"Redis .*\n.*maxmemory: asked for '{MAX_MEMORY}', got '1048576'"):
            child.wait_until_ready()
    finally:
        child.stop()


def test_an_empty_redis_is_empty(empty_redis: str) -> None:
    client = redis.Redis.from_url(empty_redis)
    assert client.dbsize() == 0
    client.close()
