"""Stages are measured whether or not anybody looks."""

from io import StringIO

import pytest
from rich.console import Console

from bootstrap.progress import Stages


def test_each_stage_is_timed_in_order() -> None:
    stages = Stages()
    with stages.stage("Reading") as advance:
        advance(3)
    with stages.stage("Tags", 5):
        pass
    assert list(stages.seconds) == ["Reading", "Tags"]
    assert all(seconds >= 0 for seconds in stages.seconds.values())


def test_a_stage_that_fails_is_not_done() -> None:
    stages = Stages()
    with pytest.raises(ValueError, match="no"), stages.stage("Reading"):
        raise ValueError("no")
    assert stages.seconds == {}


def test_a_terminal_shows_a_bar_for_each_stage() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=100)
    with Stages(console) as stages:
        with stages.stage("Tags", 4) as advance:
            advance(4)
        with stages.stage("Cleaned data"):
            pass
    shown = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO from above
    assert "Tags" in shown
    assert "4/4" in shown
    assert "Cleaned data" in shown
    assert set(stages.seconds) == {"Tags", "Cleaned data"}
