"""What pages report over the socket, event by event.

These come with every click, so they are taken in without a request of Flask's: all that has to be known of the visitor
was found when the connection was opened.
"""

from collections.abc import Mapping
from functools import partial

from socketio import Server

from online_models.schema.messages import INTERACTION, RANKING_DRAWN
from storefront.app.shop import Shop
from storefront.events.receipt import Receipt, Refusal
from storefront.web.account import account_token as marks
from storefront.web.live.caller import caller_of


def bind(server: Server, parts: Shop) -> None:
    """Have the server hand these events to the shop."""
    server.on(INTERACTION, partial(interaction, server, parts))
    server.on(RANKING_DRAWN, partial(ranking_drawn, server, parts))


def interaction(server: Server, parts: Shop, connection: str, fields: object = None, *_: object) -> Receipt:
    """Take in one event and answer with its receipt."""
    return _take(server, parts, connection, fields)


def ranking_drawn(server: Server, parts: Shop, connection: str, fields: object = None, *_: object) -> Receipt:
    """Take in the report of a list that was drawn; it is the event ``ranking_shown``."""
    report = {**fields, "kind": "ranking_shown"} if isinstance(fields, Mapping) else None
    return _take(server, parts, connection, report)


def _take(server: Server, parts: Shop, connection: str, fields: object) -> Receipt:
    caller = caller_of(server.get_environ(connection))
    if caller is None:
        return parts.intake.refuse(fields, Refusal.UNKNOWN_VISITOR)
    if caller.is_over(parts.now()):
        # The page comes back as whoever is there then.
        server.disconnect(connection)
        return parts.intake.refuse(fields, Refusal.OTHER_ACCOUNT)
    if not parts.event_allowance.allow(caller.network):
        return parts.intake.refuse(fields, Refusal.TOO_MANY)
    if not marks.is_theirs(fields, caller.mark):
        return parts.intake.refuse(fields, Refusal.OTHER_ACCOUNT)
    return parts.intake.take(caller.visitor, fields)
