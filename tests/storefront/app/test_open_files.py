"""The limit of open files, in a process of its own."""

import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
from storefront.app.open_files import TooFewFiles, allow_connections
resource.setrlimit(resource.RLIMIT_NOFILE, (300, {hard}))
try:
    allow_connections(500)
except TooFewFiles as error:
    sys.exit(str(error))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def run(hard: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(hard=hard)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("hard", [756, 1_000])
def test_it_is_raised_as_far_as_connections_need(hard: int) -> None:
    assert run(hard).stdout.strip() == "756"


def test_where_the_system_allows_too_few_it_is_said_what_to_do() -> None:
    ended = run(700)
    assert ended.returncode == 1
    assert "700 files" in ended.stderr
    assert "756" in ended.stderr
    assert "RIVERFRONT_SOCKETS" in ended.stderr
