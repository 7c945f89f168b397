"""The command line: help, and errors as messages."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.main import COMMANDS, riverfront

OWN = [name for name, entry in COMMANDS.items() if entry.module.startswith("infra.")]


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def test_the_list_of_commands_names_each() -> None:
    answer = CliRunner().invoke(riverfront, ["--help"])
    assert answer.exit_code == 0
    assert all(name in answer.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(riverfront, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert "Usage:" in answer.output


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from infra.cli.main import riverfront\n"
        "CliRunner().invoke(riverfront, ['--help'])\n"
        "print([name for name in ('river', 'pandas', 'kafka', 'redis', 'flask', 'pyarrow') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() == "[]"


def test_an_unknown_command_is_wrong_use() -> None:
    answer = run("fly")
    assert answer.returncode == 2
    assert "No such command 'fly'" in answer.stderr


def test_a_bad_setting_is_a_message_not_a_traceback(tmp_path: Path) -> None:
    answer = run("up", RIVERFRONT_HOME=str(tmp_path), RIVERFRONT_PORT="x")
    assert answer.returncode == 1
    complaint = "RIVERFRONT_PORT must be a port from 1 to 65535, not 'x'."
    assert answer.stderr == f"Error: {complaint} Correct it, or leave it unset.\n"


def test_simulated_shoppers_need_orders(tmp_path: Path) -> None:
    answer = run("simulate", RIVERFRONT_HOME=str(tmp_path), RIVERFRONT_KAFKA="127.0.0.1:1")
    assert answer.returncode == 1
    assert "Run `riverfront bootstrap` first" in answer.stderr


def test_a_visitor_must_have_a_proper_name() -> None:
    answer = run("forget", "turned\u202eround", RIVERFRONT_KAFKA="127.0.0.1:1")
    assert answer.returncode == 2
    assert "is not the id of a visitor" in answer.stderr
