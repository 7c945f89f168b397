"""Logs of programs: opened to be written on at their end, and rotated while whoever writes goes on.

Programs write straight to their log: nothing waits in this process, and what one wrote last is there however it ends.
So a log that has grown too large is copied, then emptied. A line that is written between the two may be missing.
"""

import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

MAX_LOG_BYTES = 5_000_000
"""A log that has grown over this is rotated. One old log is kept, so a program takes about twice as much at most."""

SECONDS_BETWEEN_LOOKS = 1.0
_CHUNK = 2**20

logger = logging.getLogger(__name__)


def open_log(path: Path) -> BinaryIO:
    """Open a log that only its owner can read, to write on at its end. One that is too large starts anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rotate(path)
    return os.fdopen(_open(path, os.O_APPEND), "ab")


def old_log(path: Path) -> Path:
    """Return where a log's lines are after its rotation."""
    return path.with_name(f"{path.name}.old")


def rotate(path: Path) -> None:
    """Move the lines of a log that is too large to the old one. Raises OSError: it stays as it is."""
    if not path.is_file() or path.stat().st_size <= MAX_LOG_BYTES:
        return
    with path.open("r+b", buffering=0) as log, os.fdopen(_open(old_log(path), os.O_TRUNC), "wb", buffering=0) as old:
        # To its end: what is written meanwhile is copied, too.
        while lines := log.read(_CHUNK):
            if old.write(lines) != len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        log.truncate(0)


def last_lines(log: Path, count: int) -> str:
    """Return the end of a log, indented; nothing if there is no log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8_192))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


class LogRotation:
    """Looks at logs once a second, in a thread of its own."""

    def __init__(self, seconds: float = SECONDS_BETWEEN_LOOKS, rotate: Callable[[Path], None] = rotate) -> None:
        self._seconds = seconds
        self._rotate = rotate
        self._logs: set[Path] = set()
        self._closed = Event()
        self._thread = Thread(target=self._run, name="log rotation", daemon=True)
        self._thread.start()

    def add(self, log: Path) -> None:
        """Look after one more log."""
        self._logs.add(log)

    def close(self) -> None:
        """Stop looking."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(self._seconds):
            for log in tuple(self._logs):
                try:
                    self._rotate(log)
                except OSError as error:
                    # A full disk, most likely: then the log does not grow either.
                    logger.warning("%s cannot be rotated now: %s", log, error)


def _open(path: Path, how: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
