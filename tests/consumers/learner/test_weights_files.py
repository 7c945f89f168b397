"""Weights on disk, as a learner reads them: whole, and those that it asked for, or an error that says what is wrong."""

from pathlib import Path

import pytest

from consumers.learner.weights_files import WeightsFiles
from online_models.models.neural import weights as weights_format
from online_models.models.neural.weights import BrokenWeights, write_weights
from online_models.schema.weights_record import file_name
from tests.training.builders import some_weights
from training.weights_folder import WeightsFolder

WEIGHTS = some_weights()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    WeightsFolder(tmp_path).write(WEIGHTS)
    return tmp_path


def path_in(folder: Path) -> Path:
    return folder / file_name(WEIGHTS.version)


def test_what_the_refit_process_wrote_is_read(folder: Path) -> None:
    assert WeightsFiles(folder).read(WEIGHTS.version).version == WEIGHTS.version


def test_a_file_that_is_not_there_is_an_error_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WeightsFiles(tmp_path).read(WEIGHTS.version)


def test_a_torn_or_altered_file_is_refused(folder: Path) -> None:
    whole = path_in(folder).read_bytes()
    for payload in (whole[:-1], whole[:100], b"", whole[:-4] + bytes(4)):
        path_in(folder).write_bytes(payload)
        with pytest.raises(BrokenWeights):
            WeightsFiles(folder).read(WEIGHTS.version)


def test_other_weights_under_this_name_are_refused(folder: Path) -> None:
    path_in(folder).write_bytes(write_weights(some_weights(seed=9)))
    with pytest.raises(BrokenWeights):
        WeightsFiles(folder).read(WEIGHTS.version)


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with path_in(folder).open("r+b") as file:
        file.truncate(weights_format.MAX_BYTES + 1)
    with pytest.raises(BrokenWeights, match="at most"):
        WeightsFiles(folder).read(WEIGHTS.version)
