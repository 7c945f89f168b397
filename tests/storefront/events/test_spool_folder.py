"""Each process has a spool of its own, and none is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storefront.events.spool_folder import SpoolFolder

OWN = "storefront-8000.jsonl"

HOLD = """
import sys
from pathlib import Path
from storefront.events.spool_folder import SpoolFolder
folder = SpoolFolder(Path(sys.argv[1]), 1000)
folder.own.append([b"one"])
print(folder.own.path.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def hold(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that has spooled an event and lives on."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / OWN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == OWN
    return process


def test_a_process_that_comes_back_takes_its_own_spool(folder: Path) -> None:
    first = SpoolFolder(folder / OWN, 1000)
    first.own.append([b"one"])
    first.close()

    again = SpoolFolder(folder / OWN, 1000)

    assert again.own.peek(9) == [b"one"]
    assert again.claim_orphans() == []
    again.close()


def test_what_a_process_left_under_another_port_is_adopted_once_it_is_gone(folder: Path) -> None:
    other = hold(folder)
    ours = SpoolFolder(folder / "storefront-9000.jsonl", 1000)
    assert ours.claim_orphans() == [], "its owner lives"

    os.kill(other.pid, signal.SIGKILL)
    other.communicate()

    (left,) = ours.claim_orphans()
    assert left.peek(9) == [b"one"]
    third = SpoolFolder(folder / "storefront-9001.jsonl", 1000)
    assert third.claim_orphans() == [], "it is adopted once"
    ours.close()
    third.close()


def test_two_processes_of_one_port_never_write_one_file(folder: Path) -> None:
    other = hold(folder)
    ours = SpoolFolder(folder / OWN, 1000)
    assert ours.own.path != folder / OWN
    ours.own.append([b"two"])
    assert ours.own.peek(9) == [b"two"]
    other.communicate("")
    assert [spool.peek(9) for spool in ours.claim_orphans()] == [[b"one"]]
    ours.close()


def test_a_folder_that_cannot_be_made_does_not_stop_the_shop(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("where the folder should be")
    folder = SpoolFolder(tmp_path / "spool" / OWN, 1000)
    assert folder.claim_orphans() == []
    assert not folder.own
