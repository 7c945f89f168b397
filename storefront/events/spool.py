"""A file in which events wait, in order, until Kafka takes them. It survives the process and has a bounded size."""

import logging
from pathlib import Path
from threading import Lock

log = logging.getLogger(__name__)


class SpoolFull(Exception):
    """No more events fit. Tell the sender to try again later."""


class Spool:
    """Lines in a file, and beside it the position of the first that is still to be sent."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._position_path = path.with_suffix(".position")
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._end = path.stat().st_size if path.exists() else 0
        self._position = self._read_position()
        self._mend()

    def __bool__(self) -> bool:
        return self._position < self._end

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be sent."""
        return self._end - self._position

    def append(self, payload: bytes) -> None:
        """Write one payload, which must hold no line feed. Raises `SpoolFull`."""
        line = payload + b"\n"
        with self._lock:
            if self._end + len(line) > self._max_bytes:
                raise SpoolFull(f"{self._end} bytes of events wait already")
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(line)
            self._end += len(line)

    def peek(self, limit: int) -> list[bytes]:
        """Return the first payloads that wait. They stay until `advance`."""
        with self._lock:
            if self._position >= self._end:
                return []
            with self._path.open("rb") as file:
                file.seek(self._position)
                return [line.rstrip(b"\n") for _, line in zip(range(limit), file, strict=False)]

    def advance(self, payloads: list[bytes]) -> None:
        """Forget the first payloads, which `peek` returned."""
        with self._lock:
            self._position += sum(len(payload) + 1 for payload in payloads)
            if self._position >= self._end:
                self._path.unlink(missing_ok=True)
                self._position_path.unlink(missing_ok=True)
                self._position = self._end = 0
            else:
                self._position_path.write_text(str(self._position))

    def _read_position(self) -> int:
        try:
            return min(int(self._position_path.read_text()), self._end)
        except (FileNotFoundError, ValueError):
            return 0

    def _mend(self) -> None:
        """End a line that a killed process left unfinished, so that the next one starts afresh."""
        if not self._end:
            return
        with self._path.open("rb+") as file:
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                log.warning("The last spooled event was cut off; it will be refused by the reader")
                file.write(b"\n")
                self._end += 1
