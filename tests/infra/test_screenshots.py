"""Pictures need a browser."""

from pathlib import Path

import pytest

from infra.screenshots import main


def test_without_a_browser_the_message_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if Path("/Applications").exists():
        pytest.skip("a browser may be there that is not on the path")
    monkeypatch.setenv("PATH", "")
    assert main() == 1
    assert "This needs Chromium or Chrome: run `make setup-tests`" in capsys.readouterr().err
