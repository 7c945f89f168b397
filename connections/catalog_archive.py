"""The catalog as it was published last, kept on disk: Redis may lose it, and it is published again as it was.

A file is a line that names format and version, the batches, each after its length, and a digest of all before it.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from connections.catalog_publication import Batch
from connections.folder_sync import sync_folder

log = logging.getLogger(__name__)

MAGIC = "riverfront-catalog-1"
PIECE = 2**20
_LENGTH_BYTES, _DIGEST_BYTES, _MAX_LINE = 8, 32, 200

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Batch)


class InvalidArchive(ValueError):
    """The file is not a whole archive of this format: it was cut or changed."""


@dataclass(frozen=True, slots=True)
class ArchivedCatalog:
    """A whole version on disk."""

    version: str
    path: Path

    def batches(self) -> Iterator[Batch]:
        """Read the batches, one at a time. Raises OSError."""
        with self.path.open("rb") as file:
            file.readline()
            while length := int.from_bytes(file.read(_LENGTH_BYTES), "big"):
                yield _decoder.decode(file.read(length))


class CatalogArchive:
    """A folder with the version that was published last and the one before it. A file is written whole or not at all.

    Several processes may use it at once: the last one to keep a version wins.
    """

    def __init__(self, folder: Path) -> None:
        self._newest, self._before = folder / "catalog.bin", folder / "catalog.before.bin"

    def keep(self, version: str, batches: Iterable[Batch]) -> None:
        """Keep a version, and the one that was the newest till now as the one before. Raises OSError."""
        folder = self._newest.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".catalog.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(file, version, batches)
                file.flush()
                os.fsync(file.fileno())
            if self.version() not in (None, version):
                self._put_aside(part.with_suffix(".before"))
            part.replace(self._newest)
            sync_folder(folder)
        finally:
            part.unlink(missing_ok=True)

    def version(self) -> str | None:
        """Return the newest version by its first line alone; None where none is kept."""
        try:
            with self._newest.open("rb") as file:
                return _read_version(file)
        except (OSError, InvalidArchive):
            return None

    def read(self) -> ArchivedCatalog | None:
        """Return the newest version that is whole; None where none is."""
        for path in (self._newest, self._before):
            try:
                return ArchivedCatalog(_verify(path), path)
            except FileNotFoundError:
                continue
            except (OSError, InvalidArchive) as error:
                log.error("%s cannot be used: %s", path, error)
        return None

    def _put_aside(self, link: Path) -> None:
        # By a second name, so that there is a newest one at every moment.
        os.link(self._newest, link)
        link.replace(self._before)


def _write(file: BinaryIO, version: str, batches: Iterable[Batch]) -> None:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)

    def put(piece: bytes) -> None:
        digest.update(piece)
        file.write(piece)

    put(f"{MAGIC} {version}\n".encode())
    for batch in batches:
        payload = _encode(batch)
        put(len(payload).to_bytes(_LENGTH_BYTES, "big"))
        put(payload)
    put((0).to_bytes(_LENGTH_BYTES, "big"))
    file.write(digest.digest())


def _read_version(file: BinaryIO) -> str:
    magic, _, version = file.readline(_MAX_LINE).decode(errors="replace").partition(" ")
    if magic != MAGIC or not version.endswith("\n"):
        raise InvalidArchive(f"it does not begin with {MAGIC}")
    return version.strip()


def _verify(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    with path.open("rb") as file:
        version = _read_version(file)
        file.seek(0)
        left = path.stat().st_size - _DIGEST_BYTES
        while piece := file.read(min(PIECE, max(0, left))):
            digest.update(piece)
            left -= len(piece)
        if file.read() != digest.digest():
            raise InvalidArchive("its digest does not fit")
    return version
