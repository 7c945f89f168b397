"""Reading what other processes wrote, whoever they are."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

Value = TypeVar("Value")

UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
"""What msgspec raises for bytes that are none of what it was told to read: malformed, no UTF-8, nested too deeply."""


def json_reader(decoder: msgspec.json.Decoder[Value], error: type[ValueError]) -> Callable[[bytes], Value]:
    """Return a function that reads a value, and raises ``error`` where the bytes are none of this version."""

    def read(payload: bytes) -> Value:
        try:
            return decoder.decode(payload)
        except UNREADABLE as problem:
            raise error(str(problem)) from problem

    return read
