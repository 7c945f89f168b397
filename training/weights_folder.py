"""The weights on disk: whole or not at all, named by their digest, the newest few kept."""

import os
from pathlib import Path

from connections.folder_sync import sync_folder
from online_models.models.neural.weights import Weights, write_weights
from online_models.schema.weights_record import file_name

KEPT = 24
"""Learners may be behind, and their older snapshots name older weights."""

MOST_BYTES = 2**30
"""Of all that are kept, beside the newest."""

_ANY = file_name("*")


class WeightsFolder:
    """A folder that learners read and the refit process alone writes. With the disk full, `write` raises OSError."""

    def __init__(self, folder: Path, kept: int = KEPT, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._kept = kept
        self._most_bytes = most_bytes

    def write(self, weights: Weights) -> int:
        """Write weights, delete those that are no longer kept, and return the size of the file in bytes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / file_name(weights.version)
        unfinished = path.with_suffix(".unfinished")
        payload = write_weights(weights)
        with unfinished.open("wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(self._folder)
        self._prune()
        return len(payload)

    def _prune(self) -> None:
        newest_first = sorted(self._folder.glob(_ANY), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        size = 0
        for number, path in enumerate(newest_first):
            size += path.stat().st_size
            if number and (number >= self._kept or size > self._most_bytes):
                path.unlink(missing_ok=True)
        for left_over in self._folder.glob("*.unfinished"):
            left_over.unlink(missing_ok=True)
