"""Who a page reports for: found once, when its connection opens, and kept by Socket.IO as long as the connection."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from online_models.schema.events import VisitorId

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Identify = Callable[["WSGIEnvironment"], VisitorId | None]
"""Says whose request it is: by the shop's own cookie (`gate.by_cookie`), or by what its address brings (`vouched`)."""

CONNECTION = "riverfront.connection"
"""The key of the `Connection` in the environment of its requests."""

CALLER = "riverfront.caller"
"""The key of the caller in a connection's environment."""

ACCOUNT = "account"
"""The field of an event, or of a page, with the token of the account that its document was made for."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A page's connection: its visitor, the token of their account, and the network that it comes from.

    ``ends_at`` says when the sign-in that it was opened under ends (Unix seconds), ``is_profiled`` whether the shop may
    learn from what it reports.
    """

    visitor: VisitorId
    account_token: str
    network: str
    ends_at: float = math.inf
    is_profiled: bool = True

    def is_over(self, now: float) -> bool:
        """Return whether the sign-in has reached its limits."""
        return self.ends_at <= now


def caller_of(environ: Mapping[str, Any] | None) -> Caller | None:
    """Return who opened a connection, from its environment; None if it is closing or was refused."""
    return environ.get(CALLER) if environ else None


def is_made_for(fields: object, token: str) -> bool:
    """Return whether an event was made under the present account, or before its sign-in."""
    made_for = fields.get(ACCOUNT) if isinstance(fields, Mapping) else None
    return not isinstance(made_for, str) or made_for in {"", token}
