"""Files, and when they are on disk for good: what was not synced does not survive a power cut."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from connections.folder_sync import sync_folder


class Filesystem:
    """The machine's files. Every method raises OSError, as the system does."""

    def names(self, folder: Path) -> list[str]:
        """Return what lies in a folder; nothing if there is no such folder."""
        return [path.name for path in folder.iterdir()] if folder.is_dir() else []

    def folders(self, folder: Path) -> list[Path]:
        """Return the folders in a folder; none if there is no such folder."""
        return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []

    def written_at(self, path: Path) -> int:
        """Return when a file was written last, Unix nanoseconds."""
        return path.stat().st_mtime_ns

    def size(self, path: Path) -> int:
        """Return the length of a file; 0 if there is none."""
        return path.stat().st_size if path.exists() else 0

    def read(self, path: Path) -> bytes:
        """Return the content of a file."""
        return path.read_bytes()

    def write(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Write a file anew. Its content is on disk then; its name only once the folder is synced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())

    def append(self, path: Path, data: bytes) -> None:
        """Write at the end of a file, all of it or nothing unless the process is killed. It is on disk then."""
        path.parent.mkdir(parents=True, exist_ok=True)
        before = self.size(path)
        try:
            with path.open("ab") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                os.truncate(path, before)
            raise
        if not before:
            self.sync(path.parent)

    def rename(self, path: Path, target: Path) -> None:
        """Give a file another name, in place of what had it. It stays only once the folder is synced."""
        path.replace(target)

    def remove(self, path: Path) -> None:
        """Delete a file, if it is there. It stays away only once the folder is synced."""
        path.unlink(missing_ok=True)

    def sync(self, folder: Path) -> None:
        """Return when the names in a folder are on disk."""
        sync_folder(folder)


DISK = Filesystem()
