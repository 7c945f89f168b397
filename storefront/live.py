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
from storefront.extensions import socketio
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
    if visitor is None:
        return False
    request.environ[_VISITOR] = visitor
    join_room(messages.visitor_room(visitor))
    join_room(messages.EVERYONE)
    if isinstance(auth, Mapping) and auth.get("ops") is True:
        if not parts.settings.ops_open:
            return False
        join_room(messages.OPERATORS)
    ranking = parts.reader.read_ranking(visitor)
    if ranking is not None:
        shown = parts.lists.read_for_you(visitor, RANKING_LENGTH)
        now = messages.RankingChanged(ranking_id=ranking.ranking_id, items=shown.items)
        _answer(messages.RANKING_CHANGED, now)
    _answer(messages.BASKET_CHANGED, messages.BasketChanged(count=total(parts.baskets.read(visitor))))
    return True


def interaction(fields: object = None) -> object:
    """Take in one event and answer with its receipt."""
    return _take(fields)


def ranking_drawn(fields: object = None) -> object:
    """Take in the report of a list that was drawn; it is the event ``ranking_shown``."""
    return _take({**fields, "kind": "ranking_shown"} if isinstance(fields, Mapping) else None)


def _take(fields: object) -> object:
    visitor: VisitorId | None = request.environ.get(_VISITOR)
    if visitor is None:
        return {"event_id": None, "accepted": False, "reason": "unknown visitor"}
    return msgspec.to_builtins(shop().intake.take(visitor, fields))


def _answer(name: str, message: msgspec.Struct) -> None:
    socketio.emit(name, messages.to_message(message), to=_socket_id(), ignore_queue=True)


def _socket_id() -> str:
    return str(getattr(request, "sid"))  # noqa: B009  (Flask-SocketIO adds it to the request)


socketio.on_event("connect", connect)
socketio.on_event(messages.INTERACTION, interaction)
socketio.on_event(messages.RANKING_DRAWN, ranking_drawn)
