"""Snapshots on disk: whole or not at all, the newest few kept. What is in them is the checkpoint's matter."""

import fcntl
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from consumers.errors import FolderTaken
from consumers.filesystem import DISK, Filesystem

_log = logging.getLogger(__name__)

KEPT = 3
_OWNER = ".owner"
_UNCLAIMED = "cannot make sure that no other learner writes into %s: %s"
_NAME = re.compile(r"snapshot-(\d{12})\.bin")


class SnapshotStore:
    """A folder of numbered files. The highest number is the newest. One process writes into one folder.

    With the disk full or the folder gone, `write` raises OSError and the snapshots before stay as they are.

    Parameters
    ----------
    folder
        Where they are.
    kept
        How many.
    peers
        The folder of several learners' snapshots, with folders in it: a learner starts with the newest of all. Any
        learner's will do, because all of them learn the same.
    """

    def __init__(self, folder: Path, kept: int = KEPT, peers: Path | None = None, files: Filesystem = DISK) -> None:
        self._folder = folder
        self.kept = kept
        self._peers = peers
        self._files = files

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Have the folder for this process alone, until it ends in whatever way.

        Where the file system keeps no such claims, or the folder cannot be written, nothing is claimed; a warning says
        so.

        Raises
        ------
        FolderTaken
            If another process has it: two would write over and delete each other's snapshots.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            owner = (self._folder / _OWNER).open("wb")
        except OSError as error:
            _log.warning(_UNCLAIMED, self._folder, error)
            yield
            return
        with owner:
            try:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderTaken(
                    f"another learner keeps its snapshots in {self._folder}: stop it, give this one a "
                    "RIVERFRONT_LEARNER of its own, or let RIVERFRONT_HOME name another folder"
                ) from None
            except OSError as error:
                _log.warning(_UNCLAIMED, self._folder, error)
            yield

    def write(self, pieces: Iterable[bytes]) -> Path:
        """Write a new snapshot, then delete what is older than those that are kept."""
        files, numbers = self._files, self._numbers()
        path = self._path(numbers[-1] + 1 if numbers else 1)
        unfinished = path.with_suffix(".unfinished")
        files.write(unfinished, pieces)
        files.rename(unfinished, path)
        files.sync(self._folder)
        for number in numbers[: max(0, len(numbers) + 1 - self.kept)]:
            files.remove(self._path(number))
        return path

    def read_newest_first(self) -> Iterator[tuple[Path, bytes]]:
        """Yield the snapshots, the newest first, each read only when it is asked for. Unreadable files are skipped."""
        for path in self._newest_first():
            try:
                payload = self._files.read(path)
            except OSError as error:
                _log.error("cannot read %s, trying the one before: %s", path, error)
                continue
            yield path, payload

    def is_own(self, path: Path) -> bool:
        """Say whether a snapshot is of this folder, and not a peer's."""
        return path.parent == self._folder

    def _newest_first(self) -> list[Path]:
        own = [self._path(number) for number in reversed(self._numbers())]
        if self._peers is None:
            return own
        folders = self._folders(self._peers)
        others = [path for folder in folders if folder != self._folder for path in self._listed(folder)]
        # A learner's own, which are in order anyway, come before others of the same age.
        return sorted((*own, *others), key=self._written_at, reverse=True)

    def _folders(self, peers: Path) -> list[Path]:
        try:
            return sorted((peers, *self._files.folders(peers)), reverse=True)
        except OSError:
            return []

    def _listed(self, folder: Path) -> list[Path]:
        try:
            return [folder / name for name in sorted(self._files.names(folder), reverse=True) if _NAME.fullmatch(name)]
        except OSError:
            return []  # another learner's folder, which may be gone or closed to this one

    def _written_at(self, path: Path) -> int:
        try:
            return self._files.written_at(path)
        except OSError:
            return 0  # its learner has just deleted it

    def _numbers(self) -> list[int]:
        matches = map(_NAME.fullmatch, self._files.names(self._folder))
        return sorted(int(match[1]) for match in matches if match)

    def _path(self, number: int) -> Path:
        return self._folder / f"snapshot-{number:012d}.bin"
