"""The script that times the peers runs wherever Python does."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.bench.peers import SCRIPT
from infra.programs.binaries import ROOT


def test_a_peer_that_is_not_installed_is_an_error_of_its_own(tmp_path: Path) -> None:
    signals = tmp_path / "signals.json"
    signals.write_text(json.dumps([["v", "a", 1.0, 1.0], ["v", "b", 2.0, -1.0]]))
    command = [sys.executable, "-S", str(SCRIPT), str(signals)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    figures = json.loads(answer.stdout.splitlines()[-1])
    assert figures["events"] == 1, "what a visitor liked"
    assert all("ModuleNotFoundError" in figures[peer]["error"] for peer in ("implicit", "rtrec"))
