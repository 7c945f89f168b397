"""A place for a socket, however long the folder's path is."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from connections.permissions import is_private
from infra.errors import CannotRun
from infra.programs.binaries import find_redis_server
from infra.programs.program import Child
from infra.redis.server import redis_program
from infra.redis.unix_socket import LONGEST, NAME, NOTE, find_socket, fits, place_socket, release_socket
from infra.stack.home import Home
from infra.stack.servers import own_redis


@pytest.fixture
def long_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / ("long-" * 30) / "run"
    folder.mkdir(parents=True)
    yield folder
    release_socket(folder)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "run"


def test_in_a_short_folder_the_socket_is_there(short_folder: Path) -> None:
    assert place_socket(short_folder) == short_folder / NAME == find_socket(short_folder)
    assert is_private(short_folder)


def test_for_a_long_one_a_short_folder_of_ones_own_is_made_and_remembered(long_folder: Path) -> None:
    path = place_socket(long_folder)
    assert fits(path)
    assert is_private(path.parent)
    assert place_socket(long_folder) == path == find_socket(long_folder)


def test_the_length_counts_in_bytes() -> None:
    assert fits(Path("/" + "x" * (LONGEST - 1)))
    assert not fits(Path("/" + "ü" * (LONGEST - 1)))


def test_a_remembered_folder_that_others_can_enter_is_not_used(long_folder: Path) -> None:
    before = place_socket(long_folder)
    before.parent.chmod(0o755)
    assert find_socket(long_folder) is None
    after = place_socket(long_folder)
    assert after != before
    before.parent.rmdir()


def test_a_remembered_folder_that_somebody_put_a_link_in_place_of_is_not_used(
    long_folder: Path, tmp_path: Path
) -> None:
    path = place_socket(long_folder)
    path.parent.rmdir()
    path.parent.symlink_to(tmp_path)
    try:
        assert find_socket(long_folder) is None
    finally:
        path.parent.unlink()


def test_what_is_not_needed_any_longer_is_removed(long_folder: Path) -> None:
    path = place_socket(long_folder)
    release_socket(long_folder)
    assert not path.parent.exists()
    assert not (long_folder / NOTE).exists()


def test_a_place_where_others_can_put_things_is_not_taken(
    long_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = tmp_path / "t"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(open_to_all))
    assert open_to_all not in place_socket(long_folder).parents


def test_without_any_place_it_says_what_to_do(long_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.redis.unix_socket.PREFIX", "x" * LONGEST)
    with pytest.raises(CannotRun, match="Set RIVERFRONT_HOME to a shorter path"):
        place_socket(long_folder)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["x" * 200, "ünïcode ünïcode " * 8, 'with "quotes" and @ and % and spaces ' * 4])
def test_a_server_runs_whatever_its_home_is_called(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    access = own_redis(Home(home))
    assert len(os.fsencode(access.socket)) < 107
    child = Child(redis_program(find_redis_server(), access, home / "redis", home / "redis.log"))
    try:
        child.wait_until_ready()
        with redis.Redis.from_url(access.url) as client:
            assert client.ping()
    finally:
        child.stop()
        release_socket(home / "run")
