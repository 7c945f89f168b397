"""Another user of the machine where a stack runs, and one of the stack's own processes that has been taken over."""

import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from infra.stack.home import Home
from infra.stack.servers import own_redis, redis_here
from tests.end_to_end.running_stack import UP, RunningStack
from tests.security.other_user import as_nobody

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user"),
]

COOKIE_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
MAIL = "smtp://letters:mail-hush@127.0.0.1:1"
TOKEN = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
FOREIGN = "foreign-hush"
WORDS = "a link to a new password"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder of the version before, in a place where anybody can look: its files were open to all."""
    place = Path(tempfile.mkdtemp(prefix="riverfront-test-"))
    place.chmod(0o755)
    home = place / "home"
    (home / "log").mkdir(parents=True)
    (home / "log" / "storefront.log").write_text(f"{WORDS}\n")
    (home / "shop.db").touch()
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield home
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def stack(home: Path) -> Iterator[RunningStack]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RIVERFRONT_SECRET", COOKIE_KEY)
        environment.setenv("RIVERFRONT_METRICS_TOKEN", TOKEN)
        environment.setenv("RIVERFRONT_MAIL", MAIL)
        environment.setenv("SOME_PASSWORD", FOREIGN)
        stack = RunningStack(home, (*UP, "--storefronts", "2"))
    try:
        stack.wait_until_up()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


def running(stack: RunningStack) -> dict[str, list[psutil.Process]]:
    """Return the stack's processes by what they are."""
    kinds: dict[str, list[psutil.Process]] = {}
    for child in stack.children():
        line = " ".join(child.cmdline())
        kind = next(
            (
                kind
                for kind in ("storefront", "learn", "monitor", "training", "kafka", "nginx", "reaper")
                if kind in line
            ),
            "",
        )
        kinds.setdefault(kind or "redis", []).append(child)
    return kinds


def secrets_of(home: Path) -> list[str]:
    return [COOKIE_KEY, TOKEN, "mail-hush", FOREIGN, *own_redis(Home(home)).passwords.values()]


@pytest.mark.parametrize("name", ["", "log", "run", "redis", "kafka"])
def test_nobody_else_looks_into_a_folder(stack: RunningStack, home: Path, name: str) -> None:
    assert (home / name).is_dir()
    assert as_nobody(lambda: list((home / name).iterdir())) == "PermissionError"


@pytest.mark.parametrize("name", ["log/storefront.log", "shop.db", "run/passwords.json", "run/servers.json"])
def test_nobody_else_reads_a_file(stack: RunningStack, home: Path, name: str) -> None:
    assert (home / name).is_file()
    assert as_nobody((home / name).read_bytes) == "PermissionError"


def test_even_in_an_open_folder_each_file_is_its_owners(stack: RunningStack, home: Path) -> None:
    assert WORDS in (home / "log" / "storefront.log").read_text()
    open_to_others = [
        str(path.relative_to(home))
        for path in (home, *home.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]
    assert open_to_others == []


def test_every_process_makes_files_for_its_owner_alone(stack: RunningStack) -> None:
    processes = [psutil.Process(stack.process.pid), *stack.children()]
    assert len(processes) > 8
    for process in processes:
        assert "Umask:\t0077\n" in Path(f"/proc/{process.pid}/status").read_text(), process.cmdline()


def test_nobody_else_reaches_redis(stack: RunningStack, home: Path) -> None:
    (server,) = running(stack)["redis"]
    assert [one for one in server.net_connections("inet") if one.status == psutil.CONN_LISTEN] == []
    socket_path = own_redis(Home(home)).socket
    assert socket_path.is_socket()

    def connect() -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(socket_path))
        return "a connection"

    assert as_nobody(connect) == "PermissionError"


def test_who_reaches_redis_gets_nothing_without_a_password(stack: RunningStack, home: Path) -> None:
    with redis.Redis.from_url(own_redis(Home(home)).bare_url) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_no_command_line_tells_a_secret(stack: RunningStack, home: Path) -> None:
    lines = [" ".join(process.cmdline()) for process in (psutil.Process(stack.process.pid), *stack.children())]
    assert [line for line in lines for secret in secrets_of(home) if secret in line] == []


def test_each_process_has_the_secrets_that_it_needs_and_no_others(stack: RunningStack, home: Path) -> None:
    passwords = own_redis(Home(home)).passwords
    needed = {
        "storefront": {COOKIE_KEY, TOKEN, "mail-hush", passwords["riverfront"]},
        "learn": {passwords["riverfront"]},
        "monitor": {passwords["riverfront"]},
    }
    processes = running(stack)
    assert needed.keys() <= processes.keys()
    for kind, ones in processes.items():
        for process in ones:
            variables = process.environ()
            held = {secret for secret in secrets_of(home) if any(secret in value for value in variables.values())}
            assert held == needed.get(kind, set()), kind
            assert ("RIVERFRONT_DATABASE" in variables) == (kind == "storefront"), kind


REFUSED: list[Callable[[redis.Redis], object]] = [
    lambda client: client.config_set("dir", "/tmp"),
    lambda client: client.config_get("dir"),
    lambda client: client.flushall(),
    lambda client: client.flushdb(),
    lambda client: client.keys("*"),
    lambda client: client.execute_command("DEBUG", "SLEEP", "0"),  # type: ignore[no-untyped-call]
    lambda client: client.acl_list(),
    lambda client: client.client_list(),
    lambda client: client.client_kill_filter(_type="normal"),
    lambda client: client.execute_command("MODULE", "LOAD", "/tmp/x.so"),  # type: ignore[no-untyped-call]
    lambda client: client.replicaof("127.0.0.1", "6379"),
    lambda client: client.save(),
    lambda client: client.execute_command("SHUTDOWN", "NOSAVE"),  # type: ignore[no-untyped-call]
    lambda client: client.execute_command("MONITOR"),  # type: ignore[no-untyped-call]
    lambda client: client.function_load("#!lua name=x\nredis.register_function('x', function() end)"),
    lambda client: client.script_flush(),
    lambda client: client.set("another-programs", "key"),
    lambda client: client.publish("another-channel", "message"),
    lambda client: client.eval("return redis.call('FLUSHALL')", 0),
]


@pytest.mark.parametrize("attack", REFUSED)
def test_a_process_that_was_taken_over_neither_looks_at_the_server_nor_changes_it(
    stack: RunningStack, attack: Callable[[redis.Redis], object]
) -> None:
    (learner,) = running(stack)["learn"]
    with redis.Redis.from_url(learner.environ()["RIVERFRONT_REDIS"]) as client:
        with pytest.raises(redis.exceptions.ResponseError, match=r"permission|not allowed"):
            attack(client)
        client.set("riverfront:popular", "what it may do", px=1)


def test_nobody_changes_the_servers_settings_while_it_runs(stack: RunningStack, home: Path) -> None:
    with redis.Redis.from_url(own_redis(Home(home)).supervisor_url) as client:
        assert client.config_get("dir") == {"dir": str(home / "redis")}
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.config_set("dir", "/tmp")


def test_a_command_in_another_terminal_finds_the_way_in(stack: RunningStack) -> None:
    with redis.Redis.from_url(redis_here(stack.environment)) as client:
        assert client.ping()
