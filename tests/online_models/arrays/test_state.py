"""What a dumped state holds is checked before it is believed."""

from collections.abc import Callable

import numpy as np
import pytest

from online_models.arrays.state import (
    InvalidState,
    State,
    read_array,
    read_bytes,
    read_ids,
    read_indices,
    read_number,
    read_part,
)

STATE: State = {
    "table": np.ones((3, 2), np.float32),
    "indices": np.array([0, 2, 1], np.int32),
    "rate": 0.5,
    "raw": b"\x00",
    "ids": ["cup", "plate"],
    "part": {"rate": 1},
}


def test_what_fits_is_read() -> None:
    assert read_array(STATE, "table", np.float32, None, 2).shape == (3, 2)
    assert read_indices(STATE, "indices", below=3) == [0, 2, 1]
    assert read_number(STATE, "rate") == 0.5
    assert read_bytes(STATE, "raw") == b"\x00"
    assert read_ids(STATE, "ids") == ["cup", "plate"]
    assert read_part(STATE, "part") == {"rate": 1}


def test_arrays_are_copies() -> None:
    read_array(STATE, "table", np.float32, 3, 2)[0, 0] = 9
    assert read_array(STATE, "table", np.float32, 3, 2)[0, 0] == 1


READERS: dict[str, Callable[[State], object]] = {
    "no array": lambda state: read_array(state, "rate", np.float32, None),
    "another type": lambda state: read_array(state, "table", np.float64, None, 2),
    "another length": lambda state: read_array(state, "table", np.float32, 4, 2),
    "another depth": lambda state: read_array(state, "table", np.float32, None),
    "an index too high": lambda state: read_indices(state, "indices", below=2),
    "an index below zero": lambda state: read_indices({"indices": np.array([-1], np.int32)}, "indices", below=2),
    "no number": lambda state: read_number(state, "raw"),
    "no bytes": lambda state: read_bytes(state, "rate"),
    "no ids": lambda state: read_ids(state, "rate"),
    "an id twice": lambda _: read_ids({"ids": ["cup", "cup"]}, "ids"),
    "no part": lambda state: read_part(state, "ids"),
    "nothing": lambda state: read_array(state, "missing", np.float32),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_what_does_not_fit_is_refused(reader: Callable[[State], object]) -> None:
    with pytest.raises(InvalidState):
        reader(STATE)
