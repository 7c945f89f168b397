import os
import stat
from pathlib import Path

import pytest

from infra.programs.log_file import MAX_LOG_BYTES, LogRotation, last_lines, old_log, open_log, rotate
from tests.storefront.running_shop import wait_until


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "child.log"


def test_a_log_goes_on_at_its_end_and_starts_anew_when_it_is_large(log: Path) -> None:
    for _ in range(2):
        with open_log(log) as file:
            file.write(b"line\n")
    assert log.read_text() == "line\nline\n"
    os.truncate(log, MAX_LOG_BYTES + 1)
    with open_log(log) as file:
        file.write(b"new\n")
    assert log.read_text() == "new\n"
    assert old_log(log).stat().st_size == MAX_LOG_BYTES + 1


def test_who_has_a_log_open_goes_on_in_it_after_its_rotation(log: Path) -> None:
    with open_log(log) as file:
        file.write(b"x" * (MAX_LOG_BYTES + 1))
        file.flush()
        rotate(log)
        file.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert old_log(log).read_bytes() == b"x" * (MAX_LOG_BYTES + 1)


def test_a_log_that_is_not_large_or_not_there_stays_as_it_is(log: Path) -> None:
    rotate(log)
    with open_log(log) as file:
        file.write(b"line\n")
    rotate(log)
    assert log.read_bytes() == b"line\n"
    assert not old_log(log).exists()


def test_nobody_else_reads_logs(log: Path) -> None:
    open_log(log).close()
    os.truncate(log, MAX_LOG_BYTES + 1)
    rotate(log)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (log, old_log(log))] == [0o600, 0o600]


def test_a_log_that_cannot_be_copied_is_not_emptied(log: Path) -> None:
    open_log(log).close()
    os.truncate(log, MAX_LOG_BYTES + 1)
    old_log(log).mkdir()
    with pytest.raises(OSError, match="old"):
        rotate(log)
    assert log.stat().st_size == MAX_LOG_BYTES + 1


def test_logs_are_looked_at_again_and_again_whatever_happens(log: Path) -> None:
    looks: list[Path] = []

    def fail(path: Path) -> None:
        looks.append(path)
        raise OSError("the disk is full")

    rotation = LogRotation(seconds=0.01, rotate=fail)
    rotation.add(log)
    wait_until(lambda: len(looks) >= 2)
    rotation.close()
    assert set(looks) == {log}


def test_the_last_lines_are_indented_and_few(log: Path) -> None:
    assert last_lines(log, 3) == ""
    with open_log(log) as file:
        file.write(b"\xff first\n" + b"x" * 20_000 + b"\nsecond\nlast\n")
    assert last_lines(log, 2) == "    second\n    last"
