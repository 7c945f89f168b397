import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront.events.spool import Spool, SpoolFailed


def test_what_is_appended_comes_out_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "deep" / "events.jsonl", 1000)
    assert spool.append([b"one"]) == 1
    assert spool.append([b"two", b"three"]) == 2

    assert spool.peek(2) == [b"one", b"two"]
    assert spool.peek(2) == [b"one", b"two"], "until advanced"
    spool.advance([b"one", b"two"])
    assert spool.peek(9) == [b"three"]
    spool.advance([b"three"])
    assert not spool
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_new_process_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    first = Spool(path, 1000)
    first.append([b"one", b"two", b"three"])
    first.advance([b"one"])

    second = Spool(path, 1000)

    assert second
    assert second.peek(9) == [b"two", b"three"]


@pytest.mark.parametrize("cut_off", [b"tw", b"t" * 200_000, bytes(4_096)])
def test_a_line_cut_off_by_a_killed_process_spoils_no_other(tmp_path: Path, cut_off: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\n" + cut_off)
    spool = Spool(path, 1000)
    assert spool.peek(9) == [b"one"]
    spool.append([b"three"])
    assert spool.peek(9) == [b"one", b"three"]
    assert path.read_bytes() == b"one\nthree\n"


def test_a_file_of_nothing_but_a_cut_off_line_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"on")
    spool = Spool(path, 1000)
    assert not spool
    spool.append([b"two"])
    assert Spool(path, 1000).peek(9) == [b"two"]


@pytest.mark.parametrize("position", ["?", "", "-1", "99"])
def test_an_unreadable_position_means_from_the_start(tmp_path: Path, position: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\n")
    path.with_suffix(".position").write_text(position)
    assert Spool(path, 1000).peek(9) == [b"one"]


def test_a_position_of_a_file_that_is_gone_skips_nothing_of_the_next(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.with_suffix(".position").write_text("4")
    Spool(path, 1000).append([b"one", b"two"])
    assert Spool(path, 1000).peek(9) == [b"one", b"two"]


def test_a_file_that_somebody_deletes_does_not_stop_the_next_events(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    spool = Spool(path, 1000)
    spool.append([b"one"])
    path.unlink()
    assert spool.peek(9) == []
    spool.append([b"two"])
    assert spool.peek(9) == [b"two"]


def test_it_never_grows_beyond_its_bound(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl", 10)
    assert spool.append([b"1234", b"5678", b"9"]) == 2
    assert spool.append([b"9"]) == 0
    spool.advance([b"1234"])
    assert spool.append([b"9"]) == 1
    assert spool.peek(9) == [b"5678", b"9"]


@pytest.fixture(params=["tmpfs", "rlimit"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder where 64 kB have room: a file system of that size, or a limit on the process's files."""
    if request.param == "rlimit":
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
        yield tmp_path
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
        return
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system of one's own needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_what_a_full_disk_does_not_take_is_refused_whole_and_all_else_stays(small_disk: Path) -> None:
    spool = Spool(small_disk / "events.jsonl", 2**20)
    kept = 12
    for _ in range(kept):
        spool.append([b"x" * 5_000])
    with pytest.raises(SpoolFailed):
        spool.append([b"x" * 20_000, b"y"])

    assert len(spool.peek(99)) == kept
    assert Spool(spool.path, 2**20).peek(99) == spool.peek(99), "no part of a refused one is left"


def test_when_there_is_room_again_events_are_taken_again(small_disk: Path) -> None:
    spool = Spool(small_disk / "events.jsonl", 2**20)
    spool.append([b"x" * 10_000, b"y" * 30_000])
    with pytest.raises(SpoolFailed):
        spool.append([b"z" * 40_000])

    spool.advance(spool.peek(9))

    assert spool.append([b"z" * 40_000]) == 1
    assert spool.peek(9) == [b"z" * 40_000]


def test_a_folder_that_cannot_be_written_refuses_events(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    spool = Spool(tmp_path / "file" / "events.jsonl", 1000)
    with pytest.raises(SpoolFailed):
        spool.append([b"one"])
    assert not spool


def test_a_folder_that_is_away_for_a_while_loses_nothing(tmp_path: Path) -> None:
    folder, away = tmp_path / "spool", tmp_path / "away"
    spool = Spool(folder / "events.jsonl", 1000)
    spool.append([b"one", b"two"])
    spool.advance([b"one"])
    folder.rename(away)
    folder.write_text("where the folder should be")
    with pytest.raises(SpoolFailed):
        spool.append([b"three"])
    assert spool.peek(9) == []

    folder.unlink()
    away.rename(folder)

    spool.append([b"three"])
    assert spool.peek(9) == [b"two", b"three"]
