"""What is made of pip-audit's answer: found, not found, and not to be known here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def audit(folder: Path, said: str, code: int) -> "subprocess.CompletedProcess[str]":
    """Audit with a stand-in for pip-audit that says this."""
    (folder / "pip_audit.py").write_text(f"print({said!r})\nraise SystemExit({code})\n")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "infra.audit"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_clean_lock_passes(tmp_path: Path) -> None:
    answer = audit(tmp_path, "No known vulnerabilities found", 0)
    assert (answer.returncode, answer.stdout) == (0, "No known vulnerabilities found\n")


def test_a_vulnerable_version_fails_and_is_named(tmp_path: Path) -> None:
    answer = audit(tmp_path, "Found 1 known vulnerability in 1 package\nflask 0.1 PYSEC-2018-66", 1)
    assert answer.returncode == 1
    assert "flask 0.1 PYSEC-2018-66" in answer.stdout


def test_it_reads_all_that_a_shop_runs_with(tmp_path: Path) -> None:
    (tmp_path / "pip_audit.py").write_text("import sys\nprint(*sys.argv, 'known vulnerabilities')\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "infra.audit"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert [Path(word).name for word in answer.stdout.split() if word.endswith(".lock")] == [
        "runtime.lock",
        "training.lock",
    ]


@pytest.mark.parametrize(
    ("said", "code", "why"),
    [
        ("No known vulnerabilities found\nflask could not be audited\nnumba could not be audited", 0, "2 packages"),
        ("Traceback\nConnectionError: no route to host", 1, "no route to host"),
        ("", 1, "no answer"),
    ],
)
def test_where_the_data_cannot_be_reached_nothing_fails(tmp_path: Path, said: str, code: int, why: str) -> None:
    answer = audit(tmp_path, said, code)
    assert answer.returncode == 0
    assert answer.stdout.startswith("pip-audit skipped")
    assert why in answer.stdout
