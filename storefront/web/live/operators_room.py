"""The operators' room: before each push to it the database says whose pages are still an operator's.

Roles are granted and revoked on the command line, wherever that runs, so no message has to arrive for a role to end. A
push comes once a second, and the question is one statement. It is asked in the background: visitors' lists do not wait
for it. While it waits for its answer further pushes are left out; the next one says the same, only newer.
"""

import logging
import math
import time
from collections.abc import Callable, Collection

from online_models.schema.events import VisitorId
from storefront.accounts.account_store import AccountStore
from storefront.database.connection import DatabaseDown
from storefront.security.operators import Operators

log = logging.getLogger(__name__)

GRACE_SECONDS = 60.0
"""While the database does not answer, its last answer counts for so long. Then operators see no new figures."""

Deliver = Callable[[Collection[VisitorId]], None]
"""Sends a push to the pages of these visitors, and closes those of all others in the room."""


class OperatorsRoom:
    """Says who in the room may hear a push.

    Parameters
    ----------
    start
        Runs a function in the background.
    """

    def __init__(
        self,
        operators: Operators,
        accounts: AccountStore,
        start: Callable[..., object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._operators = operators
        self._accounts = accounts
        self._start = start
        self._now = now
        self._answered_at = -math.inf
        self._is_asking = False

    def admit(self, visitors: Collection[VisitorId], deliver: Deliver) -> None:
        """Call ``deliver`` with those of the room's visitors who are operators, as soon as that is known."""
        if self._operators.is_open:
            deliver(visitors)
        elif not self._is_asking:
            self._is_asking = True
            self._start(self._ask, visitors, deliver)

    def _ask(self, visitors: Collection[VisitorId], deliver: Deliver) -> None:
        try:
            deliver(self._accounts.operators_among(visitors))
            self._answered_at = self._now()
        except DatabaseDown:
            if self._now() - self._answered_at <= GRACE_SECONDS:
                deliver(visitors)
            else:
                log.warning("The operators' figures are not sent: the database does not say who is an operator")
        finally:
            self._is_asking = False
