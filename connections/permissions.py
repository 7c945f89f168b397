"""What the product writes stays its user's: the mode of new files, and of a folder that is there already."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

UMASK = 0o077
"""Takes from everybody but the owner what they might do with a new file."""

OTHERS = 0o077

_ROOT = Path("/")
_TOP = ("", "bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root", "run", "sbin")
_BELOW = ("srv", "sys", "tmp", "usr", "usr/local", "var", "var/cache", "var/lib", "var/log", "var/run", "var/tmp")
_SYSTEM = frozenset(_ROOT / name for name in _TOP + _BELOW)


def keep_files_private(folder: Path | None = None) -> None:
    """Have this process and those that it starts make files that only their owner can read, and restrict a folder."""
    os.umask(UMASK)
    if folder is not None and not is_shared(folder):
        restrict(folder)


def restrict(folder: Path) -> None:
    """Take from everybody but the owner what they may do with a folder and all that is in it, or with a file.

    Links are not followed, and what belongs to somebody else stays as it is.
    """
    for path in _paths(folder):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody but its owner can read at any moment, whole or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def is_private(folder: Path) -> bool:
    """Say whether a path is a folder, not a link to one, into which nobody but this user can look."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & OTHERS


def is_shared(folder: Path) -> bool:
    """Say whether a folder is the system's, or one in which everybody may write: to close it would close much else."""
    resolved = folder.resolve()
    return resolved in _SYSTEM or (resolved.is_dir() and bool(resolved.stat().st_mode & stat.S_ISVTX))


def _paths(folder: Path) -> Iterator[Path]:
    yield folder
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))
