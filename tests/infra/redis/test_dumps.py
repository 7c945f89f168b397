"""What older servers have saved, read by the one that setup brings: a home folder outlives an upgrade.

The files in ``dumps`` are of those servers' own making.
"""

import shutil
from pathlib import Path

import pytest
import redis

from infra.programs.binaries import ROOT
from infra.programs.program import Child
from infra.redis.server import redis_program
from infra.setup.clone import Clone
from infra.setup.programs import REDIS
from infra.stack.home import Home
from infra.stack.servers import own_redis

SERVER = REDIS.in_wheel(Clone(ROOT))
DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.rdb"))


@pytest.mark.skipif(not SERVER.exists(), reason="setup brought no Redis: the path has one")
@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_dump_of_an_older_redis_is_read_whole(dump: Path, tmp_path: Path) -> None:
    data, access = tmp_path / "data", own_redis(Home(tmp_path))
    data.mkdir()
    shutil.copy(dump, data / "dump.rdb")
    child = Child(redis_program(str(SERVER), access, data, tmp_path / "redis.log"))
    try:
        child.wait_until_ready()
        with redis.Redis.from_url(access.supervisor_url) as client:
            assert client.get("string") == b"\x00hearts"
            assert client.pexpiretime("expires") == 4_102_444_800_000
            assert client.hgetall("hash") == {b"a": b"1", b"b": b"x" * 100}
            assert client.hlen("large-hash") == 600
            assert client.zrange("sorted-set", 0, -1, withscores=True) == [(b"v2", -2.0), (b"v1", 1.5)]
            assert client.zcard("large-sorted-set") == 200
            assert client.smembers("set") == {b"a", b"b"}
            assert client.smembers("integers") == {b"1", b"2", b"3"}
            assert client.lrange("list", 0, -1) == [f"item {number}".encode() for number in range(300)]
            assert client.xrange("stream") == [(b"1-1", {b"k": b"v"})]
    finally:
        child.stop()
