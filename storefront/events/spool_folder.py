"""The folder of spools, one for each storefront process: each holds the lock of its own, and adopts what others left.

A process that comes back under another port, or never, leaves its spool behind. Whoever can take the lock of a spool
knows that nobody writes it any more.
"""

import fcntl
import logging
import os
from pathlib import Path

from storefront.events.spool import Spool

log = logging.getLogger(__name__)

LOCK = ".lock"
SPOOL = ".jsonl"
MOST = 64


class SpoolFolder:
    """Claims this process's own spool, and those of processes that are gone."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._folder = path.parent
        self._max_bytes = max_bytes
        self._locks: dict[Path, int] = {}
        self.own = Spool(self._claim_own(path), max_bytes)

    def claim_orphans(self) -> list[Spool]:
        """Return the spools that were left behind. From now on they are this process's to send."""
        found = []
        for path in sorted(self._folder.glob(f"storefront-*{SPOOL}")):
            if path not in self._locks and self._lock(path):
                spool = Spool(path, self._max_bytes)
                if spool:
                    log.info("Sending the events that another process has left in %s", path)
                    found.append(spool)
        return found

    def close(self) -> None:
        """Let go of all."""
        for descriptor in self._locks.values():
            os.close(descriptor)
        self._locks.clear()

    def _claim_own(self, path: Path) -> Path:
        # The one before may not have ended yet.
        names = [path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, MOST))]
        return next((name for name in names if self._lock(name)), path)

    def _lock(self, path: Path) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path.with_suffix(LOCK), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("%s cannot be locked: %s", path, error)
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._locks[path] = descriptor
        return True
