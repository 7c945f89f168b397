"""``riverfront up`` and ``demo``: what is shown, and what stands in the way."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.run import up
from infra.programs.ports import LOOPBACK
from infra.stack.home import Home, HomeInUse, lock_home
from infra.stack.local_stack import PortTaken


def environment(home: Path, **more: str) -> dict[str, str]:
    return {"RIVERFRONT_HOME": str(home), "RIVERFRONT_PORT": "", **more}


def test_a_second_start_in_one_folder_is_refused(tmp_path: Path) -> None:
    with lock_home(Home(tmp_path)):
        answer = CliRunner().invoke(up, env=environment(tmp_path))
    assert isinstance(answer.exception, HomeInUse)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        answer = CliRunner().invoke(up, env=environment(tmp_path, RIVERFRONT_PORT=str(port)))
    assert isinstance(answer.exception, PortTaken)
    assert str(port) in str(answer.exception)


@pytest.mark.parametrize("name", ["RIVERFRONT_SHOPPERS_RATE", "RIVERFRONT_LOG_LEVEL"])
def test_a_bad_setting_is_named(tmp_path: Path, name: str) -> None:
    answer = CliRunner().invoke(up, env=environment(tmp_path, **{name: "x"}))
    assert name in str(answer.exception)


@pytest.mark.parametrize("count", ["0", "17", "two"])
def test_as_many_storefronts_as_make_sense(tmp_path: Path, count: str) -> None:
    answer = CliRunner().invoke(up, ["--storefronts", count], env=environment(tmp_path))
    assert answer.exit_code == 2
    assert "--storefronts" in answer.output
