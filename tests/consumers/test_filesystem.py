"""Files as the system keeps them, and as the simulated disk does: one suite for both."""

import os
from pathlib import Path

import pytest

from consumers.filesystem import Filesystem
from tests.consumers.simulation.disk import SimulatedDisk
from tests.consumers.simulation.world import World


@pytest.fixture(params=["disk", "simulated"])
def files(request: pytest.FixtureRequest) -> Filesystem:
    return Filesystem() if request.param == "disk" else SimulatedDisk(World(1))


def test_what_was_written_is_read(files: Filesystem, tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    files.write(path, [b"one", b"two"])
    assert (files.read(path), files.size(path)) == (b"onetwo", 6)
    files.write(path, [b"three"])
    assert files.read(path) == b"three"


def test_what_is_appended_comes_last(files: Filesystem, tmp_path: Path) -> None:
    files.append(tmp_path / "new" / "file", b"one")
    files.append(tmp_path / "new" / "file", b"two")
    assert files.read(tmp_path / "new" / "file") == b"onetwo"


def test_a_renamed_file_takes_the_place_of_the_other(files: Filesystem, tmp_path: Path) -> None:
    files.write(tmp_path / "old", [b"old"])
    files.write(tmp_path / "new", [b"new"])
    files.rename(tmp_path / "new", tmp_path / "old")
    files.sync(tmp_path)
    assert files.names(tmp_path) == ["old"]
    assert files.read(tmp_path / "old") == b"new"


def test_what_is_removed_or_was_never_there_is_empty(files: Filesystem, tmp_path: Path) -> None:
    files.write(tmp_path / "file", [b"one"])
    files.remove(tmp_path / "file")
    files.remove(tmp_path / "file")
    assert files.size(tmp_path / "file") == 0
    assert files.names(tmp_path) == files.names(tmp_path / "missing") == []
    with pytest.raises(OSError, match="No such file"):
        files.read(tmp_path / "file")


def test_folders_are_those_in_a_folder_and_each_file_says_when_it_was_written(
    files: Filesystem, tmp_path: Path
) -> None:
    files.write(tmp_path / "first" / "file", [b"one"])
    files.write(tmp_path / "second" / "file", [b"two"])
    files.write(tmp_path / "file", [b"three"])
    assert sorted(files.folders(tmp_path)) == [tmp_path / "first", tmp_path / "second"]
    assert files.folders(tmp_path / "first") == files.folders(tmp_path / "missing") == []
    assert files.written_at(tmp_path / "first" / "file") <= files.written_at(tmp_path / "file")
    with pytest.raises(OSError, match="No such file"):
        files.written_at(tmp_path / "missing")


def test_a_file_is_synced_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    files = Filesystem()
    files.write(tmp_path / "file", [b"one"])
    files.append(tmp_path / "spool", b"one")
    files.append(tmp_path / "spool", b"two")
    files.sync(tmp_path)
    assert synced == ["file", "spool", tmp_path.name, "spool", tmp_path.name]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    disk = SimulatedDisk(world := World(1))
    disk.append(tmp_path / "spool", b"one")
    world.disk_full = True
    with pytest.raises(OSError, match="No space left"):
        disk.append(tmp_path / "spool", b"two")
    assert disk.read(tmp_path / "spool") == b"one"
