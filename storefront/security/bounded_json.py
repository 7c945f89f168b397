"""JSON from and for strangers.

What is nested too deeply is as wrong as what does not parse, and no error of the shop. A number of any length is one:
whoever reads the value refuses it, and what came beside it is read all the same.
"""

import json
from typing import Any

import msgspec
from flask.json.provider import DefaultJSONProvider

MOST_DIGITS = 400
"""Of whole numbers that are read as such. Python refuses to read those of more than 4,300 digits."""


def loads(text: str | bytes) -> Any:
    """Read JSON. Raises `ValueError` for all that cannot be read.

    >>> loads("[1, " + "9" * 5_000 + "]")
    [1, inf]
    """
    if isinstance(text, bytes | bytearray):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    try:
        return _decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


_decode = json.JSONDecoder(parse_int=_whole).decode


class BoundedJSONProvider(DefaultJSONProvider):
    """Flask's JSON, read by `loads`."""

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Read JSON."""
        return loads(s)


def dumps(value: object, **options: Any) -> str:
    """Write JSON, without spaces. What msgspec cannot write, such as half a character, Python's own writer may."""
    try:
        return _encode(value).decode()
    except (TypeError, ValueError):
        return json.dumps(msgspec.to_builtins(value), **options)


_encode = msgspec.json.Encoder().encode


class SocketJSON:
    """Socket.IO's JSON, read by `loads` and written by `dumps`."""

    dumps = staticmethod(dumps)
    loads = staticmethod(loads)
