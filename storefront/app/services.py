"""What features are built from, each service by its name."""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar

_Built = TypeVar("_Built")


class Services(dict[str, Any]):
    """Hands each part the services that its parameters name. No part sees the others, nor this table.

    >>> services = Services(price=3, currency="GBP")
    >>> services.build(lambda price, *, count, scale=1: price * count * scale, count=2)
    6
    """

    def build(self, make: Callable[..., _Built], **own: object) -> _Built:
        """Call ``make`` with what it needs: ``own``, and for all else that has no default the service of that name."""
        needed = [one.name for one in signature(make).parameters.values() if one.default is one.empty]
        return make(**{name: self[name] for name in needed if name not in own}, **own)
