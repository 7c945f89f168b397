"""Who may open a socket, which rooms it joins, and what the shop tells the open pages of a room.

Who may connect at all, and how many, the `gate` has decided. What pages report is in `reports`, what they ask in
`catch_up`. What the shop tells them is sent in the background, on every storefront: the queue may be slow.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_socketio import SocketIO, join_room

from online_models.schema import messages
from online_models.schema.events import VisitorId
from online_models.schema.messages import visitor_room
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.sign_ins import SignInStore
from storefront.extensions import socketio
from storefront.limits.client_address import client_network
from storefront.limits.connections import Connection
from storefront.security.operators import Operators
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.caller import CALLER, CONNECTION, Caller
from storefront.web.live.gate import SocketGate
from storefront.web.live.vouched import VOUCHED, Vouched


@dataclass(frozen=True, slots=True)
class SocketHandlers:
    """Lets pages connect and disconnect, with what they are checked by.

    A connection connects once: what it says again changes nothing.
    """

    visitors: VisitorCookies
    authenticator: Authenticator
    sign_ins: SignInStore
    gate: SocketGate
    operators: Operators
    profiling: ProfilingChoice

    def bind(self, server: SocketIO) -> None:
        """Have an application's server call these handlers."""
        server.on_event("connect", self.connect)
        server.on_event("disconnect", self.disconnect)

    def connect(self, auth: object = None) -> bool:
        """Accept a visitor's connection. The page asks for what it may have missed."""
        connection: Connection | None = request.environ.get(CONNECTION)
        if connection is not None and not connection.may_join():
            return False
        vouched: Vouched | None = request.environ.get(VOUCHED)
        visitor = self.visitors.known() if vouched is None else vouched.visitor
        wants_figures = isinstance(auth, Mapping) and auth.get("ops") is True
        if visitor is None:
            return False
        if wants_figures and (vouched is not None or not self.operators.may_see_figures()):
            return False
        ends_at = self._join_sign_in() if vouched is None else vouched.ends_at
        account_token, is_profiled = self.authenticator.account_token(), not self.profiling.is_off()
        request.environ[CALLER] = Caller(visitor, account_token, client_network(), ends_at, is_profiled)
        join_room(visitor_room(visitor))
        join_room(messages.EVERYONE)
        if wants_figures:
            join_room(messages.OPERATORS)
        if connection is not None:
            connection.is_joined = True
        return True

    def disconnect(self, *_: object) -> None:
        """See to it that the connection ends."""
        connection: Connection | None = request.environ.get(CONNECTION)
        if connection is not None:
            self.gate.left(connection)

    def _join_sign_in(self) -> float:
        """Join the room of the sign-in, if there is one, and return when it expires."""
        present = self.authenticator.present()
        if present is None or present.sign_in is None:
            return math.inf
        join_room(messages.sign_in_room(present.sign_in.key))
        return self.sign_ins.ends_at(present.sign_in)


def tell(visitor: VisitorId, name: str, message: dict[str, Any]) -> None:
    """Send a message to all open pages of a visitor."""
    socketio.start_background_task(socketio.emit, name, message, to=visitor_room(visitor))


def hang_up(room: str) -> None:
    """Tell the pages in a room that the account has changed, and disconnect them."""
    socketio.start_background_task(socketio.close_room, room)
