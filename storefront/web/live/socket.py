"""The socket: connections, and what a page asks when it has been away. What pages report is in `reports`.

Only the shop's own pages, in browsers with its own cookie, may connect.
"""

import logging
import math
import time
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_socketio import disconnect as hang_up_here
from flask_socketio import join_room

from online_models.schema import messages
from online_models.schema.events import VisitorId
from storefront.app.shop import shop
from storefront.extensions import socketio
from storefront.security.client_address import client_network
from storefront.security.headers import is_own_host
from storefront.security.operators import may_see_figures
from storefront.web.account import account_token as marks
from storefront.web.live.caller import CALLER, Caller, caller_of
from storefront.web.live.presence import present_messages

log = logging.getLogger(__name__)


def tell(visitor: VisitorId, name: str, message: dict[str, Any]) -> None:
    """Send a message to all open pages of a visitor. Nobody waits for it: the message queue may be slow."""
    socketio.start_background_task(socketio.emit, name, message, to=messages.visitor_room(visitor))


def hang_up(room: str) -> None:
    """Tell the pages in a room that they are somebody else's now, and end their connections, on every storefront."""
    socketio.start_background_task(socketio.close_room, room)


def connect(auth: object = None) -> bool:
    """Let a visitor in. What the page may have missed, it asks for."""
    parts = shop()
    visitor = parts.visitors.known()
    wants_figures = isinstance(auth, Mapping) and auth.get("ops") is True
    if visitor is None or not is_own_host(request.host, parts.settings.hosts):
        return False
    if wants_figures and not may_see_figures():
        return False
    if not parts.connections.admit(_socket_id(), visitor, client_network()):
        log.info("Too many connections from %s", client_network())
        return False
    present = parts.accounts.identity.present()
    ends_at = math.inf
    if present is not None and present.sign_in is not None:
        join_room(messages.sign_in_room(present.sign_in.key))
        ends_at = parts.accounts.sign_ins.ends_at(present.sign_in)
    request.environ[CALLER] = Caller(visitor, marks.present_mark(), client_network(), ends_at)
    join_room(messages.visitor_room(visitor))
    join_room(messages.EVERYONE)
    if wants_figures:
        join_room(messages.OPERATORS)
    return True


def disconnect(*_: object) -> None:
    """Make room for another connection."""
    shop().connections.release(_socket_id())


def catch_up(fields: object = None, *_: object) -> object:
    """Answer with what a page may have missed: its lists, the basket's count, the stars of the open product.

    ``fields`` may name the ``lists`` that the page shows, the ``item`` that is open, and the ``ranking_id`` of the
    visitor's list that it has, which is not sent again. ``account`` is the mark that its document was made under: one
    of somebody else, or on a connection of somebody else, gets nothing but the word that it has to be loaded again.
    """
    parts = shop()
    caller = caller_of(request.environ)
    if caller is None or _hung_up(caller) or not isinstance(fields, Mapping):
        return {"messages": []}
    if not parts.catch_ups.allow(caller.visitor, time.time()):
        return {"messages": []}
    if not _is_of_the_present_account(fields, caller):
        return {"messages": [{"name": messages.IDENTITY_CHANGED, "message": {}}]}
    messages_now = present_messages(parts, caller.visitor, fields)
    return {"messages": [{"name": name, "message": message} for name, message in messages_now]}


def _hung_up(caller: Caller) -> bool:
    """End the connection if its sign-in has reached its limits. The page comes back as whoever is there then."""
    if not caller.is_over(shop().now()):
        return False
    hang_up_here()
    return True


def _is_of_the_present_account(page: Mapping[str, Any], caller: Caller) -> bool:
    said = page.get(marks.FIELD)
    return not isinstance(said, str) or said == marks.present_mark() == caller.mark


def _socket_id() -> str:
    return str(getattr(request, "sid"))  # noqa: B009  (Flask-SocketIO adds it to the request)


socketio.on_event("connect", connect)
socketio.on_event(messages.CATCH_UP, catch_up)
socketio.on_event("disconnect", disconnect)
