"""The stack before it starts: its ports, and what it tells its programs."""

import os
import socket
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from connections.environment import DEFAULT_PORT
from infra.errors import CannotRun
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.supervisor import Supervisor
from infra.stack.display import Display
from infra.stack.local_stack import PORTS_TRIED, LocalStack, Options, PortTaken, choose_port
from infra.stack.settings import read_settings


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    for name in [name for name in os.environ if name.startswith("RIVERFRONT_")]:
        monkeypatch.delenv(name)
    display = Display(Console(file=StringIO()))
    with Supervisor(display) as supervisor:

        def make_stack(options: Options | None = None, **variables: str) -> LocalStack:
            defaults = {"RIVERFRONT_HOME": str(tmp_path), "RIVERFRONT_PORT": str(free_port())}
            return LocalStack(read_settings(defaults | variables), supervisor, display, options or Options())

        yield make_stack


def test_servers_that_the_user_names_are_used(make) -> None:  # type: ignore[no-untyped-def]  # the fixture's maker
    stack = make(RIVERFRONT_KAFKA="k:9", RIVERFRONT_REDIS="redis://r:1/0")
    assert (stack.kafka.servers, stack.redis) == ("k:9", "redis://r:1/0")


def test_own_servers_keep_their_ports_from_one_start_to_the_next(make) -> None:  # type: ignore[no-untyped-def]
    assert make().kafka.servers == make().kafka.servers
    assert make().kafka.servers != make().redis


def test_programs_are_told_where_everything_is(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    stack = make()
    told = stack.environment()
    assert told["RIVERFRONT_HOME"] == str(tmp_path)
    assert told["RIVERFRONT_KAFKA"] == stack.kafka.servers
    assert told["RIVERFRONT_REDIS"] == stack.redis
    assert told["RIVERFRONT_DATABASE"] == f"sqlite:///{tmp_path}/shop.db"
    assert stack.address == f"http://127.0.0.1:{told['RIVERFRONT_PORT']}"


def test_a_shop_that_others_can_reach_needs_a_secret_and_keeps_its_figures_to_itself(make) -> None:  # type: ignore[no-untyped-def]
    here, open_to_all = make().environment(), make(RIVERFRONT_HOST="0.0.0.0").environment()
    assert (here["RIVERFRONT_DEMO"], here["RIVERFRONT_OPS_OPEN"]) == ("1", "1")
    assert (open_to_all["RIVERFRONT_DEMO"], open_to_all["RIVERFRONT_OPS_OPEN"]) == ("0", "0")
    demo = make(Options(demo=True), RIVERFRONT_HOST="0.0.0.0").environment()
    assert demo["RIVERFRONT_DEMO"] == "1"


def test_a_shop_without_its_secret_does_not_start_anything(make) -> None:  # type: ignore[no-untyped-def]
    stack = make(RIVERFRONT_HOST="0.0.0.0")
    with pytest.raises(CannotRun, match="RIVERFRONT_SECRET"):
        stack.start()
    assert stack.pids() == {}


def test_a_browser_here_is_sent_to_this_machine(make) -> None:  # type: ignore[no-untyped-def]
    assert make(RIVERFRONT_HOST="0.0.0.0").address.startswith("http://127.0.0.1:")


def test_the_next_free_port_will_do_unless_one_is_asked_for() -> None:
    settings = read_settings({})
    chosen = choose_port(settings)
    assert DEFAULT_PORT <= chosen < DEFAULT_PORT + PORTS_TRIED
    with socket.create_server((LOOPBACK, chosen)):
        assert choose_port(settings) > chosen
        with pytest.raises(PortTaken, match=str(chosen)):
            choose_port(read_settings({"RIVERFRONT_PORT": str(chosen)}))
