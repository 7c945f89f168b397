"""The socket: events in, lists out. Only the shop's own pages, in browsers with its own cookie, may connect."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import request
from flask_socketio import join_room

from online_models import messages
from online_models.events import VisitorId
from online_models.keyspace import RANKING_LENGTH
from storefront.client_address import client_network
from storefront.extensions import socketio
from storefront.intake import TOO_MANY, Receipt, event_id_of
from storefront.operators import may_see_figures
from storefront.security import is_own_host
from storefront.shop import shop
from storefront.visitor_numbers import total

log = logging.getLogger(__name__)

_VISITOR = "riverfront.visitor"
"""Where a connection keeps whose it is: found once, when it opens. Socket.IO hands every message the same mapping."""


def tell(visitor: VisitorId, name: str, message: dict[str, Any]) -> None:
    """Send a message to all open pages of a visitor. Nobody waits for it: the message queue may be slow."""
    socketio.start_background_task(socketio.emit, name, message, to=messages.visitor_room(visitor))


def connect(auth: object = None) -> bool:
    """Let a visitor in, and bring the page up to date with what it may have missed."""
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
    request.environ[_VISITOR] = visitor
    join_room(messages.visitor_room(visitor))
    join_room(messages.EVERYONE)
    if wants_figures:
        join_room(messages.OPERATORS)
    ranking = parts.reader.read_ranking(visitor)
    if ranking is not None:
        shown = parts.lists.read_for_you(visitor, RANKING_LENGTH)
        now = messages.RankingChanged(ranking_id=ranking.ranking_id, items=shown.items)
        _answer(messages.RANKING_CHANGED, now)
    _answer(messages.BASKET_CHANGED, messages.BasketChanged(count=total(parts.baskets.read(visitor))))
    return True


def disconnect(*_: object) -> None:
    """Make room for another connection."""
    shop().connections.release(_socket_id())


def interaction(fields: object = None, *_: object) -> object:
    """Take in one event and answer with its receipt."""
    return _take(fields)


def ranking_drawn(fields: object = None, *_: object) -> object:
    """Take in the report of a list that was drawn; it is the event ``ranking_shown``."""
    return _take({**fields, "kind": "ranking_shown"} if isinstance(fields, Mapping) else None)


def _take(fields: object) -> object:
    parts = shop()
    visitor: VisitorId | None = request.environ.get(_VISITOR)
    if visitor is None:
        return {"event_id": None, "accepted": False, "reason": "unknown visitor"}
    if not parts.event_allowance.allow(client_network()):
        return msgspec.to_builtins(Receipt(event_id=event_id_of(fields), accepted=False, reason=TOO_MANY))
    return msgspec.to_builtins(parts.intake.take(visitor, fields))


def _answer(name: str, message: msgspec.Struct) -> None:
    socketio.emit(name, messages.to_message(message), to=_socket_id(), ignore_queue=True)


def _socket_id() -> str:
    return str(getattr(request, "sid"))  # noqa: B009  (Flask-SocketIO adds it to the request)


socketio.on_event("connect", connect)
socketio.on_event("disconnect", disconnect)
socketio.on_event(messages.INTERACTION, interaction)
socketio.on_event(messages.RANKING_DRAWN, ranking_drawn)
