"""What a page asks over the socket when it has been away: the messages that it may have missed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_socketio import SocketIO, disconnect

from online_models.schema import messages
from storefront.accounts.authenticator import Authenticator
from storefront.limits.leaky_buckets import RateLimit
from storefront.web.live.caller import ACCOUNT, Caller, caller_of
from storefront.web.live.presence import PageState

PER_SECOND, BURST = 0.5, 20
"""How often one visitor's pages may ask for all their lists: at each connection, and when they wake."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Answers pages that were away, each visitor's as often as ``limit`` allows."""

    page_state: PageState
    authenticator: Authenticator
    limit: RateLimit
    now: Callable[[], float] = time.time

    def bind(self, socketio: SocketIO) -> None:
        """Have an application's server call the handler."""
        socketio.on_event(messages.CATCH_UP, self.catch_up)

    def catch_up(self, fields: object = None, *_: object) -> object:
        """Answer with what a page may have missed: its lists, the basket's count, the stars of the open product.

        ``fields`` may name the ``lists`` that the page shows, the ``item`` that is open, and the ``ranking_id`` of the
        visitor's list that it has, which is not sent again. ``account`` is the token that its document was made with:
        a document of somebody else, or one on a connection of somebody else, is only told to load again.
        """
        caller = caller_of(request.environ)
        if caller is None or self._hung_up(caller) or not isinstance(fields, Mapping):
            return {"messages": []}
        if not self.limit.allow(caller.visitor, self.now()):
            return {"messages": []}
        if not self._is_of_the_present_account(fields, caller):
            return {"messages": [{"name": messages.IDENTITY_CHANGED, "message": {}}]}
        missed = self.page_state.read(caller.visitor, fields)
        return {"messages": [{"name": name, "message": message} for name, message in missed]}

    def _hung_up(self, caller: Caller) -> bool:
        """End the connection if its sign-in has reached its limits. The page comes back as whoever is there then."""
        if not caller.is_over(self.now()):
            return False
        disconnect()
        return True

    def _is_of_the_present_account(self, page: Mapping[str, Any], caller: Caller) -> bool:
        made_for = page.get(ACCOUNT)
        return not isinstance(made_for, str) or made_for == self.authenticator.account_token() == caller.account_token
