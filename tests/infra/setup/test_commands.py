"""Installers that fail, and say so."""

import sys
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.commands import Failed, run, succeeds


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_a_failed_command_tells_its_last_words_and_where_the_rest_is(clone: Clone) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(7)"]
    with pytest.raises(Failed, match=r"(?s)exit code 7.*no such package.*setup\.log"):
        run(command, clone.log)


def test_a_command_that_is_not_there_is_named(clone: Clone) -> None:
    with pytest.raises(Failed, match="no-such-program does not run"):
        run(["no-such-program"], clone.log)
    assert not succeeds(["no-such-program"])
