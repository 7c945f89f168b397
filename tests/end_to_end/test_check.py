"""``riverfront demo --check``: the whole product in a fresh folder, with real clicks."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.browser]


def test_each_click_in_a_real_browser_leads_to_a_list_of_its_own(chromium: str) -> None:
    command = [sys.executable, "-m", "infra", "demo", "--check"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RIVERFRONT_")}
    check = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=400)
    assert check.returncode == 0, f"{check.stderr}\n{check.stdout}"
    report = json.loads(check.stdout)
    assert report["browser"] == "chromium"
    assert report["clicks"] == report["pushes"] == 50
    assert report["lists_changed"] > 25
    for figure in ("click_to_push_ms", "click_to_drawn_ms", "kafka_round_trip_ms"):
        assert 0 < report[figure]["p50"] <= report[figure]["p99"]
