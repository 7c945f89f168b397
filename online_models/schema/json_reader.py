"""Reading back what processes leave for one another as JSON."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def json_reader(decoder: msgspec.json.Decoder[Value], error: type[ValueError]) -> Callable[[bytes], Value]:
    """Return a function that reads a value, and raises ``error`` where the bytes are none of this version."""

    def read(payload: bytes) -> Value:
        try:
            return decoder.decode(payload)
        except msgspec.DecodeError as problem:
            raise error(str(problem)) from problem

    return read
