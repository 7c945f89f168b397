"""Installers that fail, and say so."""

import sys
from pathlib import Path

import pytest

from infra.setup.commands import Failed, run, succeeds
from infra.setup.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_a_failed_command_tells_its_last_words_and_where_the_rest_is(places: Places) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(7)"]
    with pytest.raises(Failed, match=r"(?s)exit code 7.*no such package.*setup\.log"):
        run(command, places.log)


def test_a_command_that_is_not_there_is_named(places: Places) -> None:
    with pytest.raises(Failed, match="no-such-program does not run"):
        run(["no-such-program"], places.log)
    assert not succeeds(["no-such-program"])
