"""Taking a dumped state apart again: every piece is checked before a model believes it."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

State = dict[str, "NDArray[np.generic] | bytes | str | int | float | list[str] | State"]
"""What a model is made of, for the snapshot: arrays and plain data, nested by name."""

Scalar = TypeVar("Scalar", bound=np.generic)


class InvalidState(ValueError):
    """A dumped state is of another shape or format version. Start from scratch, or from an older snapshot."""


def read_array(state: State, name: str, kind: type[Scalar], *shape: int | None) -> NDArray[Scalar]:
    """Return a copy of an array of exactly this type and shape; None in ``shape`` stands for any length.

    Raises
    ------
    InvalidState
        If it is missing or of another type or shape.

    Examples
    --------
    >>> read_array({"seen": np.zeros(3, np.int32)}, "seen", np.int32, None)
    array([0, 0, 0], dtype=int32)
    >>> read_array({"seen": np.zeros(3, np.int32)}, "seen", np.int32, 4)
    Traceback (most recent call last):
    online_models.arrays.state.InvalidState: seen is not an array of int32 with shape (4,)
    """
    value = state.get(name)
    if (
        not isinstance(value, np.ndarray)
        or value.dtype != np.dtype(kind)
        or value.ndim != len(shape)
        or any(want not in (None, have) for want, have in zip(shape, value.shape, strict=True))
    ):
        raise InvalidState(f"{name} is not an array of {np.dtype(kind)} with shape {shape}")
    return value.astype(kind)


def read_indices(state: State, name: str, below: int) -> list[int]:
    """Return a list of row numbers from 0 to ``below`` (exclusive). Raises `InvalidState`."""
    indices = read_array(state, name, np.int32, None)
    if len(indices) and not (int(indices.min()) >= 0 and int(indices.max()) < below):
        raise InvalidState(f"{name} has rows outside of 0 to {below}")
    numbers: list[int] = indices.tolist()
    return numbers


def read_number(state: State, name: str) -> float:
    """Return a number. Raises `InvalidState`."""
    value = state.get(name)
    if not isinstance(value, int | float):
        raise InvalidState(f"{name} is not a number")
    return value


def read_bytes(state: State, name: str) -> bytes:
    """Return bytes. Raises `InvalidState`."""
    value = state.get(name)
    if not isinstance(value, bytes):
        raise InvalidState(f"{name} is not bytes")
    return value


def read_ids(state: State, name: str) -> list[str]:
    """Return a list of texts, none twice. Raises `InvalidState`."""
    value = state.get(name)
    if not isinstance(value, list) or len(set(value)) != len(value):
        raise InvalidState(f"{name} is not a list of different ids")
    return list(value)


def read_part(state: State, name: str) -> State:
    """Return the state of a part. Raises `InvalidState`."""
    value = state.get(name)
    if not isinstance(value, dict):
        raise InvalidState(f"{name} is missing")
    return value
