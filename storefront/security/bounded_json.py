"""JSON from and for strangers.

What is nested too deeply is as wrong as what does not parse, and no error of the shop.
"""

import json
from typing import Any

import msgspec
from flask.json.provider import DefaultJSONProvider


def loads(text: str | bytes, **options: Any) -> Any:
    """Read JSON. Raises `ValueError` for all that cannot be read."""
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise ValueError("nested too deeply") from None


class BoundedJSONProvider(DefaultJSONProvider):
    """Flask's JSON, read by `loads`."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON."""
        return loads(s, **kwargs)


def dumps(value: object, **options: Any) -> str:
    """Write JSON, without spaces. What msgspec cannot write, such as half a character, Python's own writer may."""
    try:
        return _encode(value).decode()
    except (TypeError, ValueError):
        return json.dumps(value, **options)


_encode = msgspec.json.Encoder().encode


class SocketJSON:
    """Socket.IO's JSON, read by `loads` and written by `dumps`."""

    dumps = staticmethod(dumps)
    loads = staticmethod(loads)
