"""Files and folders that are their owner's alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connections.permissions import is_private, is_shared, restrict, write_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_folder_and_all_that_is_in_it_is_closed(tmp_path: Path) -> None:
    folder, log, tool = tmp_path / "home", tmp_path / "home" / "log" / "a.log", tmp_path / "home" / "tool"
    log.parent.mkdir(parents=True)
    log.touch(0o644)
    tool.touch()
    tool.chmod(0o755)
    folder.chmod(0o755)
    assert not is_private(folder)
    restrict(folder)
    assert [mode(path) for path in (folder, log.parent, log, tool)] == [0o700, 0o700, 0o600, 0o700]
    assert is_private(folder)


def test_what_a_link_leads_to_stays_as_it_is(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "link").symlink_to(elsewhere)
    (tmp_path / "home" / "nowhere").symlink_to(tmp_path / "gone")
    restrict(tmp_path / "home")
    assert mode(elsewhere) == 0o644


def test_a_link_to_a_folder_is_not_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert not is_private(tmp_path / "link")
    assert not is_private(tmp_path / "gone")


@pytest.mark.parametrize("folder", ["/", "/var", "/usr/local", "/tmp"])
def test_the_systems_folders_are_not_the_products(folder: str) -> None:
    assert is_shared(Path(folder))


def test_a_folder_in_which_all_may_write_is_not_the_products(tmp_path: Path) -> None:
    assert not is_shared(tmp_path)
    assert not is_shared(tmp_path / "new")
    tmp_path.chmod(0o1777)
    assert is_shared(tmp_path)


def test_a_private_file_is_written_whole_in_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), mode(path)) == ("new", 0o600)
    assert [file.name for file in tmp_path.iterdir()] == ["passwords"]


def test_a_process_that_keeps_files_private_makes_private_ones(tmp_path: Path) -> None:
    (tmp_path / "old").touch(0o644)
    code = (
        "import sys; from pathlib import Path; from connections.permissions import keep_files_private\n"
        "keep_files_private(Path(sys.argv[1])); Path(sys.argv[1], 'new').touch(); Path(sys.argv[1], 'folder').mkdir()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=os.environ)
    assert [mode(tmp_path / name) for name in ("old", "new", "folder")] == [0o600, 0o600, 0o700]
