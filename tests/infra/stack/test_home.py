"""The stack's folder, its lock, and the ports that it remembers."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.stack.home import Home, HomeInUse, lock_home, running_stack


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
