"""Weights as the refit process has written them into the home folder."""

from pathlib import Path

from online_models.models.neural.weights import MAX_BYTES, BrokenWeights, Weights, read_weights
from online_models.schema.weights_record import file_name


class WeightsFiles:
    """A folder of files named by the digest of the weights."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, version: str) -> Weights:
        """Read weights.

        Raises
        ------
        OSError
            If the file cannot be read: it was deleted, as older ones are, or lies on another machine.
        BrokenWeights
            If it is too large, torn, or of another version than its name says.
        """
        path = self._folder / file_name(version)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BrokenWeights(f"{size} bytes; at most {MAX_BYTES} are read")
        weights = read_weights(path.read_bytes())
        if weights.version != version:
            raise BrokenWeights(f"weights {weights.version}")
        return weights
