"""Other recommenders on the same events, in an environment of their own: what they take, as far as they install."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.programs.binaries import ROOT
from infra.setup.clone import Clone
from infra.setup.uv import Uv
from online_models.schema.feedback import Feedback

PACKAGES = ("implicit==0.7.3", "rtrec==0.2.7")
SCRIPT = Path(__file__).with_name("peer_models.py")
INSTALL_AND_RUN_SECONDS = 900


def measure_peers(signals: Sequence[Feedback]) -> dict[str, Any]:
    """Run the peers on these signals. Returns their figures, or why there are none."""
    uv = Uv(Clone(ROOT)).find()
    if uv is None:
        return {"error": "uv is needed to install them"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signals.json"
        rows = [[signal.visitor, signal.item, signal.at, signal.reward] for signal in signals]
        file.write_text(json.dumps(rows), encoding="utf-8")
        packages = [word for package in PACKAGES for word in ("--with", package)]
        command = [str(uv), "run", "-q", "--no-project", "--isolated", "--python", sys.executable, *packages]
        try:
            answer = subprocess.run(  # noqa: S603 - fixed words and our own script
                [*command, "python", str(SCRIPT), str(file)],
                capture_output=True,
                text=True,
                timeout=INSTALL_AND_RUN_SECONDS,
                check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        except subprocess.TimeoutExpired:
            return {"error": f"not done within {INSTALL_AND_RUN_SECONDS} s"}
    if answer.returncode:
        return {"error": answer.stderr.strip().splitlines()[-1] if answer.stderr.strip() else "it failed"}
    figures: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return figures
