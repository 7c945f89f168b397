"""What help and editors show of a method that is made of an operation."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def as_method(send: F, make: Callable[..., Any]) -> F:
    """Give a method the operation's signature, after itself, and what the operation's answer is."""
    found = inspect.signature(make)
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    first = [one.replace(kind=one.kind) for one in found.parameters.values()]
    answer = found.return_annotation.__args__[0]
    send.__signature__ = found.replace(parameters=[own, *first], return_annotation=answer)  # type: ignore[attr-defined]
    return send
