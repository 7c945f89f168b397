"""The folder of weights: whole files, and no more than are needed."""

import os
from pathlib import Path

from online_models.models.neural.weights import read_weights
from online_models.schema.weights_record import file_name
from tests.training.builders import some_weights
from training.weights_folder import WeightsFolder


def versions_in(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    weights = some_weights()
    size = WeightsFolder(tmp_path / "new").write(weights)
    path = tmp_path / "new" / file_name(weights.version)
    assert read_weights(path.read_bytes()).version == weights.version
    assert path.stat().st_size == size


def test_the_newest_are_kept(tmp_path: Path) -> None:
    folder, written = WeightsFolder(tmp_path, kept=2), [some_weights(seed=seed) for seed in range(4)]
    for age, weights in enumerate(written):
        folder.write(weights)
        os.utime(tmp_path / file_name(weights.version), (age, age))
    assert versions_in(tmp_path) == {weights.version for weights in written[-2:]}


def test_the_newest_is_kept_however_large_it_is(tmp_path: Path) -> None:
    folder = WeightsFolder(tmp_path, most_bytes=1)
    folder.write(some_weights(seed=1))
    folder.write(weights := some_weights(seed=2))
    assert versions_in(tmp_path) == {weights.version}


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "abc.unfinished").write_bytes(b"half")
    WeightsFolder(tmp_path).write(weights := some_weights())
    assert versions_in(tmp_path) == {weights.version}
