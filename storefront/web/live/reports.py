"""What pages report over the socket, event by event.

These come with every click, so they are taken in without a request of Flask's: all that has to be known of the visitor
was found when the connection was opened.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from socketio import Server

from online_models.schema.messages import INTERACTION, RANKING_DRAWN
from storefront.events.intake import Intake
from storefront.events.pending_receipt import PendingReceipt
from storefront.events.receipt import UNSTORED, Receipt, Refusal
from storefront.limits.event_allowance import EventAllowance, cost_of
from storefront.web.live.caller import caller_of, is_made_for
from storefront.web.live.later_acks import Later


@dataclass(frozen=True, slots=True)
class Reports:
    """Takes events in from one server's connections."""

    server: Server
    intake: Intake
    event_allowance: EventAllowance
    now: Callable[[], float] = time.time

    def bind(self) -> None:
        """Have the server hand these events over."""
        self.server.on(INTERACTION, self.interaction)
        self.server.on(RANKING_DRAWN, self.ranking_drawn)

    def interaction(self, connection: str, fields: object = None, *_: object) -> Receipt | Later:
        """Take in one event and answer with its receipt, once it is safe."""
        return self._take(connection, fields)

    def ranking_drawn(self, connection: str, fields: object = None, *_: object) -> Receipt | Later:
        """Take in the report of a list that was drawn; it is the event ``ranking_shown``."""
        report = {**fields, "kind": "ranking_shown"} if isinstance(fields, Mapping) else None
        return self._take(connection, report)

    def _take(self, connection: str, fields: object) -> Receipt | Later:
        caller = caller_of(self.server.get_environ(connection))
        if caller is None:
            return self.intake.refuse(fields, Refusal.UNKNOWN_VISITOR)
        if caller.is_over(self.now()):
            # The page comes back as whoever is there then.
            self.server.disconnect(connection)
            return self.intake.refuse(fields, Refusal.OTHER_ACCOUNT)
        if not self.event_allowance.take(caller.network, cost_of(fields)).allowed:
            return self.intake.refuse(fields, Refusal.TOO_MANY)
        if not is_made_for(fields, caller.account_token):
            return self.intake.refuse(fields, Refusal.OTHER_ACCOUNT)
        pending = self.intake.begin(caller.visitor, caller.network, fields, is_profiled=caller.is_profiled)
        if pending.must_wait and not pending.in_order:
            return Later(partial(self._receipt, pending, caller.network))
        return self._receipt(pending, caller.network)

    def _receipt(self, pending: PendingReceipt, network: str) -> Receipt:
        receipt = pending.wait()
        if receipt.reason in UNSTORED:
            self.event_allowance.give_back(network, pending.cost)
        return receipt
