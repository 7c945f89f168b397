"""JSON from strangers: what is nested too deeply is as wrong as what does not parse, and no error of the shop."""

import json
from typing import Any

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


class SocketJSON:
    """Socket.IO's JSON, read by `loads`."""

    dumps = staticmethod(json.dumps)
    loads = staticmethod(loads)
