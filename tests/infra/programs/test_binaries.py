"""Programs that are not Python: found, or missed with advice."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.programs import binaries
from infra.programs.binaries import Missing, find_chromium, find_java, find_redis_server


def test_servers_that_are_set_up_here_run() -> None:
    version = subprocess.run([find_redis_server(), "--version"], capture_output=True, text=True, check=True).stdout
    assert "server" in version.lower()
    assert os.access(find_java(), os.X_OK)


def test_what_is_nowhere_is_missed_with_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "ROOT", tmp_path)
    with pytest.raises(Missing, match=r"no redis-server 7 or later here. Run `make setup`"):
        find_redis_server()
    with pytest.raises(Missing, match="Java 17 or later"):
        find_java()


def test_a_browser_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == str(browser)
