"""Where a server of one's own listens: a unix socket in a folder into which nobody else can look.

A system takes socket paths of some 100 bytes. Where the folder's own path is longer, the socket is in a short folder
among the temporary ones, which a note in the folder names.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from connections.permissions import is_private, write_private
from infra.errors import CannotRun

LONGEST = 100
"""Bytes of a path. Linux takes 107, macOS 103."""

NAME = "redis.sock"
NOTE = "redis.folder"
PREFIX = "riverfront-"
_RANDOM = 8


def place_socket(folder: Path) -> Path:
    """Return where the server may listen, and make what it takes for that. Raises `CannotRun`."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(stat.S_IRWXU)
    if there := find_socket(folder):
        return there
    for place in _short_places():
        with suppress(OSError):
            made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            write_private(folder / NOTE, str(made))
            return made / NAME
    raise CannotRun(
        f"The path of a socket in {folder} is too long, and no folder for temporary files is safe and short. Set "
        "RIVERFRONT_HOME to a shorter path, or TMPDIR to such a folder."
    )


def find_socket(folder: Path) -> Path | None:
    """Return where the server of a folder listens when it runs; None if that was never settled, or is not safe."""
    path = folder / NAME
    if fits(path):
        return path
    try:
        remembered = Path((folder / NOTE).read_text(encoding="utf-8"))
    except OSError:
        return None
    return remembered / NAME if remembered.is_absolute() and is_private(remembered) else None


def release_socket(folder: Path) -> None:
    """Remove the short folder, if there is one, once its server has ended."""
    path = find_socket(folder)
    if path is not None and path.parent != folder:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            path.parent.rmdir()
        (folder / NOTE).unlink(missing_ok=True)


def fits(path: Path) -> bool:
    """Say whether a system takes a socket's path."""
    return len(os.fsencode(path)) <= LONGEST


def _short_places() -> Iterator[Path]:
    named = (tempfile.gettempdir(), "/tmp", "/var/tmp", os.environ.get("XDG_RUNTIME_DIR", ""))  # noqa: S108 - checked below
    for place in map(Path, dict.fromkeys(name for name in named if name)):
        if place.is_absolute() and fits(place / f"{PREFIX}{'x' * _RANDOM}" / NAME) and _is_safe(place):
            yield place


def _is_safe(place: Path) -> bool:
    """Say whether nobody else can rename or replace a folder that is made in a place."""
    try:
        found = place.stat()
    except OSError:
        return False
    is_ours_or_roots = found.st_uid in (0, os.geteuid())
    only_owners_rename = not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or bool(found.st_mode & stat.S_ISVTX)
    return is_ours_or_roots and only_owners_rename
