"""A file in which events wait, in order, until Kafka takes them. It survives the process and a power cut.

Only whole lines count: what a full disk or a kill has left of an unfinished one is cut off before the next is written.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from gevent.monkey import get_original

from connections.folder_sync import sync_folder

log = logging.getLogger(__name__)

_CHUNK = 64 * 1_024
_POSITION_DIGITS = 20


class NotStored(Exception):
    """The event is neither in Kafka nor safe on disk. Tell the sender to keep it and to send it again later."""


class SpoolFull(NotStored):
    """As many events wait as the spool may hold."""


class SpoolFailed(NotStored):
    """The spool's disk does not take the event: it is full, read-only or broken."""


class Spool:
    """Lines in a file, and beside it the position of the first that is still to be sent.

    At most ``max_bytes`` wait; the file is up to twice as long, as what was sent goes with the rest of it. Its methods
    wait for the disk. They may be called in native threads.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._position_path = path.with_suffix(".position")
        self._max_bytes = max_bytes
        # A lock of gevent's would not hold between native threads.
        self._lock = get_original("_thread", "allocate_lock")()
        self._end = self._read_end()
        self._position = self._read_position()

    def __bool__(self) -> bool:
        return self._position < self._end

    @property
    def path(self) -> Path:
        """Where the file is, while anything waits."""
        return self._path

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be sent."""
        return self._end - self._position

    def append(self, payloads: Sequence[bytes]) -> int:
        """Write payloads, which hold no line feed, and wait until they are safe on disk.

        Returns how many of them it had room for. Raises `SpoolFailed`, and then none of them was written.
        """
        lines: list[bytes] = []
        with self._lock:
            room = min(self._max_bytes - self.waiting_bytes, 2 * self._max_bytes - self._end)
            for payload in payloads:
                room -= len(payload) + 1
                if room < 0:
                    break
                lines.append(payload + b"\n")
            if lines:
                try:
                    self._write(b"".join(lines))
                except OSError as error:
                    raise SpoolFailed(f"{self._path} cannot be written: {error}") from error
        return len(lines)

    def peek(self, limit: int) -> list[bytes]:
        """Return the first payloads that wait. They stay until `advance`. Raises OSError."""
        found: list[bytes] = []
        with self._lock:
            left = self._end - self._position
            if not left:
                return found
            try:
                with self._path.open("rb") as file:
                    file.seek(self._position)
                    for line in file:
                        left -= len(line)
                        if left < 0 or len(found) == limit:
                            break
                        found.append(line.rstrip(b"\n"))
            except FileNotFoundError:
                log.error("Somebody has deleted %s, and %d bytes of events with it", self._path, self.waiting_bytes)
                self._position = self._end = 0
        return found

    def advance(self, payloads: Sequence[bytes]) -> None:
        """Forget the first payloads, which `peek` returned."""
        with self._lock:
            self._position += sum(len(payload) + 1 for payload in payloads)
            try:
                self._save_position()
                if self._position >= self._end:
                    self._path.unlink(missing_ok=True)
                    self._position = self._end = 0
                    self._position_path.unlink(missing_ok=True)
            except OSError as error:
                # What was sent is sent again if the process ends now; its ids are known.
                log.warning("The position in %s could not be kept: %s", self._path, error)

    def _write(self, lines: bytes) -> None:
        is_new = not self._path.exists()
        if is_new:
            self._position = self._end = 0
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # A position in the file before this one.
            self._position_path.unlink(missing_ok=True)
        with self._path.open("ab", buffering=0) as file:
            try:
                if file.tell() and not self._end:
                    # A folder that was away has come back, with what waited in it.
                    self._end = self._read_end()
                    self._position = self._read_position()
                if file.tell() != self._end:
                    file.truncate(self._end)
                written = 0
                while written < len(lines):
                    written += file.write(lines[written:])
                os.fsync(file.fileno())
                if is_new:
                    sync_folder(self._path.parent)
            except OSError:
                self._cut_off(file.fileno())
                raise
        self._end += len(lines)

    def _cut_off(self, descriptor: int) -> None:
        try:
            os.ftruncate(descriptor, self._end)
        except OSError as error:
            log.warning("What was not written whole stays in %s until the next event: %s", self._path, error)

    def _save_position(self) -> None:
        # In place and of one length: that takes no room on a full disk, and no kill leaves half a number.
        with os.fdopen(os.open(self._position_path, os.O_WRONLY | os.O_CREAT, 0o600), "wb", buffering=0) as file:
            file.write(f"{self._position:0{_POSITION_DIGITS}}".encode())

    def _read_end(self) -> int:
        """Return where the last whole line ends."""
        try:
            with self._path.open("rb") as file:
                size = end = file.seek(0, os.SEEK_END)
                while end:
                    start = max(0, end - _CHUNK)
                    file.seek(start)
                    line_feed = file.read(end - start).rfind(b"\n")
                    if line_feed >= 0:
                        end = start + line_feed + 1
                        break
                    end = start
        except FileNotFoundError:
            return 0
        except OSError as error:
            log.error("%s cannot be read now: %s", self._path, error)
            return _size_of(self._path)
        if end < size:
            log.warning("The last event in %s was cut off before it was acknowledged; it is dropped", self._path)
        return end

    def _read_position(self) -> int:
        try:
            position = int(self._position_path.read_text())
        except (OSError, ValueError):
            return 0
        return position if 0 <= position <= self._end else 0


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
