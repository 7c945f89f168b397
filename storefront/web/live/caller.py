"""Who is at the other end of a connection: found once, when it opens. Socket.IO keeps it as long as the connection."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from online_models.schema.events import VisitorId

CALLER = "riverfront.caller"
"""Where a connection keeps who has opened it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A page's connection: its visitor, the token of their account, and the network that it comes from.

    ``ends_at`` says when the sign-in that it was opened under ends (Unix seconds).
    """

    visitor: VisitorId
    account_token: str
    network: str
    ends_at: float = math.inf

    def is_over(self, now: float) -> bool:
        """Return whether the sign-in has reached its limits."""
        return self.ends_at <= now


def caller_of(environ: Mapping[str, Any] | None) -> Caller | None:
    """Return who has opened a connection, from what Socket.IO keeps of it; None if it is closing or was not let in."""
    return environ.get(CALLER) if environ else None
