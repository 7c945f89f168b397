import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from consumers.errors import FolderTaken
from consumers.learner.snapshot_store import KEPT, SnapshotStore

HOLD = """
import sys
from pathlib import Path
from consumers.learner.snapshot_store import SnapshotStore
with SnapshotStore(Path(sys.argv[1])).claimed():
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_the_newest_comes_first(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    store.write([b"one"])
    store.write([b"t", b"wo"])
    assert [payload for _, payload in store.read_newest_first()] == [b"two", b"one"]


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert list(SnapshotStore(tmp_path / "missing").read_newest_first()) == []


def test_only_the_newest_few_are_kept(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    for number in range(KEPT + 4):
        store.write([str(number).encode()])
    assert [payload for _, payload in store.read_newest_first()] == [b"6", b"5", b"4"]
    assert len(list(tmp_path.iterdir())) == KEPT


def test_one_that_was_cut_off_while_writing_is_never_read(tmp_path: Path) -> None:
    def cut_off() -> Iterable[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    store = SnapshotStore(tmp_path)
    store.write([b"whole"])
    with pytest.raises(KeyboardInterrupt):
        store.write(cut_off())
    assert [payload for _, payload in store.read_newest_first()] == [b"whole"]
    store.write([b"next"])
    assert [payload for _, payload in store.read_newest_first()] == [b"next", b"whole"]


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "snapshot-x.bin").write_text("not one of ours")
    store = SnapshotStore(tmp_path, kept=1)
    store.write([b"one"])
    store.write([b"two"])
    assert [payload for _, payload in store.read_newest_first()] == [b"two"]
    assert (tmp_path / "notes.txt").exists()


def test_a_folder_is_one_learner_s_until_its_process_ends(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"mine\n"
    with pytest.raises(FolderTaken, match=str(tmp_path)), SnapshotStore(tmp_path).claimed():
        pass
    other.kill()
    other.communicate(timeout=10)
    store = SnapshotStore(tmp_path)
    with store.claimed():
        store.write([b"one"])
    assert [payload for _, payload in store.read_newest_first()] == [b"one"]


def test_a_folder_that_cannot_be_claimed_does_not_stop_the_learner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with SnapshotStore(tmp_path / "file" / "snapshots").claimed():
        assert "no other learner" in caplog.text
