"""A disk with a cache before it: what was not synced may be gone, or half there, after a power cut."""

import errno
from collections.abc import Iterable
from pathlib import Path

from consumers.filesystem import Filesystem
from tests.consumers.simulation.world import World


class _File:
    def __init__(self) -> None:
        self.content = b""
        self.synced = b""
        self.written_at = 0


class SimulatedDisk(Filesystem):
    """Files in memory. ``names`` maps what a process sees, ``lasting`` what a power cut leaves."""

    def __init__(self, world: World, *, syncs: bool = True) -> None:
        self._world = world
        self._syncs = syncs
        self._names: dict[Path, _File] = {}
        self._lasting: dict[Path, _File] = {}
        self._unsynced: list[tuple[Path, _File | None]] = []

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self._names if path.parent == folder)

    def folders(self, folder: Path) -> list[Path]:
        return sorted({path.parent for path in self._names if path.parent.parent == folder})

    def written_at(self, path: Path) -> int:
        if path not in self._names:
            raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
        return self._names[path].written_at

    def size(self, path: Path) -> int:
        return len(self._names[path].content) if path in self._names else 0

    def read(self, path: Path) -> bytes:
        if path not in self._names:
            raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
        return self._names[path].content

    def write(self, path: Path, pieces: Iterable[bytes]) -> None:
        self._put(path, b"", b"".join(pieces))

    def append(self, path: Path, data: bytes) -> None:
        before = self._names[path].content if path in self._names else b""
        self._put(path, before, data)
        if not before:
            self.sync(path.parent)

    def rename(self, path: Path, target: Path) -> None:
        self._world.at(f"before {path.name} is renamed")
        file = self._names[path]
        self._name(target, file)
        self._name(path, None)
        self._world.at(f"after {path.name} was renamed")

    def remove(self, path: Path) -> None:
        self._world.at(f"before {path.name} is deleted")
        self._name(path, None)

    def sync(self, folder: Path) -> None:
        self._world.at(f"before {folder.name} is synced")
        if self._syncs:
            self._last(len(self._unsynced))

    def cut_power(self) -> None:
        """Lose what was not synced: of names the last changes, of files some of the content."""
        chance = self._world.chance
        self._last(chance.randint(0, len(self._unsynced)))
        self._unsynced.clear()
        self._names = dict(self._lasting)
        for file in self._names.values():
            if file.content != file.synced:
                kept = file.synced if file.content.startswith(file.synced) else b""
                file.content = file.content[: chance.randint(len(kept), len(file.content))]
                file.synced = file.content
        self._world.tell(f"the power was cut; on disk: {sorted(path.name for path in self._names)}")

    def _put(self, path: Path, before: bytes, data: bytes) -> None:
        self._world.at(f"before {path.name} is written")
        if path not in self._names:
            self._name(path, _File())
        file = self._names[path]
        file.written_at = round(self._world.clock.now() * 1e9)
        file.content = before + data[: self._world.chance.randint(0, len(data))]
        self._world.at(f"half-way through {path.name}")
        if self._world.disk_full:
            file.content = before
            raise OSError(errno.ENOSPC, "No space left on device")
        file.content = before + data
        self._world.at(f"before {path.name} is synced")
        if self._syncs:
            file.synced = file.content

    def _name(self, path: Path, file: _File | None) -> None:
        self._unsynced.append((path, file))
        if file is None:
            self._names.pop(path, None)
        else:
            self._names[path] = file

    def _last(self, changes: int) -> None:
        for path, file in self._unsynced[:changes]:
            if file is None:
                self._lasting.pop(path, None)
            else:
                self._lasting[path] = file
        del self._unsynced[:changes]
