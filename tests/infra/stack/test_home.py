"""The stack's folder, its lock, and the ports that it remembers."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from connections.permissions import is_private
from infra.stack.home import Home, HomeInUse, NotPrivate, lock_home, running_stack


def test_a_second_start_says_who_runs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with lock_home(home) as describe:
        describe("http://127.0.0.1:8000")
        with pytest.raises(HomeInUse, match=r"process \d+, http://127\.0\.0\.1:8000"):
            lock_home(home).__enter__()


def test_a_folder_is_free_again_after_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_home(Home(tmp_path)):
            assert running_stack(Home(tmp_path))
    assert running_stack(Home(tmp_path)) is None


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from infra.stack.home import Home, lock_home\n"
        "with lock_home(Home(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    with lock_home(Home(tmp_path)):
        pass


def test_internal_ports_are_remembered_while_they_are_free(tmp_path: Path) -> None:
    port = Home(tmp_path).port("kafka")
    assert Home(tmp_path).port("kafka") == port
    with socket.create_server(("127.0.0.1", port)):
        assert Home(tmp_path).port("kafka") != port


def test_a_folder_of_before_is_closed_to_others_with_all_that_is_in_it(tmp_path: Path) -> None:
    home, database = tmp_path / "home", tmp_path / "home" / "shop.db"
    home.mkdir()
    database.touch()
    home.chmod(0o755)
    database.chmod(0o644)
    with lock_home(Home(home)):
        assert is_private(home)
        assert database.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_use_as_well_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(NotPrivate, match="Set RIVERFRONT_HOME to a folder of its own"):
        lock_home(Home(tmp_path)).__enter__()
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_how_servers_are_reached_is_written_for_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.read_servers() == {}
    home.write_servers({"redis": "unix://shop:hush@/run/redis.sock"})
    assert home.read_servers() == {"redis": "unix://shop:hush@/run/redis.sock"}
    assert (home.run / "servers.json").stat().st_mode & 0o777 == 0o600
    home.forget_servers()
    assert home.read_servers() == {}
