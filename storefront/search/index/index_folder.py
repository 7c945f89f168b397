"""Search indexes on disk: a folder for each version, written atomically, shared by several processes."""

import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

ABANDONED_SECONDS = 600.0
"""A temporary folder older than this was left by a crashed process."""

_FILE = re.compile(r"\.?[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\.[a-z]{1,16}){0,2}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_HALF = ".half-"


class UnusableIndex(ValueError):
    """What was published is not an index. The shop works without one until the next version."""


class IndexFolder:
    """Keeps the indexes of the versions in use. Raises `OSError` where the disk does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, version: str) -> Path | None:
        """Return the folder of a version that is there already."""
        path = self._folder / _checked(version)
        return path if path.is_dir() else None

    def unpack(self, version: str, files: Mapping[str, bytes]) -> Path:
        """Write a version's files and return their folder. Another process may do the same at the same time."""
        path = self._folder / _checked(version)
        for name in files:
            if not _FILE.fullmatch(name):
                raise UnusableIndex(f"an index has no file {name[:80]!r}")
        half = self._folder / f"{_HALF}{os.getpid()}-{secrets.token_hex(4)}"
        half.mkdir(parents=True, mode=0o700)
        try:
            for name, content in files.items():
                (half / name).write_bytes(content)
            half.rename(path)
        except OSError:
            # Another process was first, and has written the same.
            if not path.is_dir():
                raise
        finally:
            shutil.rmtree(half, ignore_errors=True)
        return path

    def drop(self, version: str) -> None:
        """Remove a version that cannot be used."""
        shutil.rmtree(self._folder / _checked(version), ignore_errors=True)

    def keep_only(self, *versions: str) -> None:
        """Remove other versions, and what crashed processes left. Processes keep the files of one in use open."""
        for path in self._folder.iterdir():
            is_half = path.name.startswith(_HALF)
            if is_half and _age(path) < ABANDONED_SECONDS:
                continue
            if is_half or path.name not in versions:
                shutil.rmtree(path, ignore_errors=True)


def _checked(version: str) -> str:
    if not _VERSION.fullmatch(version):
        raise UnusableIndex(f"no version is called {version[:80]!r}")
    return version


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
