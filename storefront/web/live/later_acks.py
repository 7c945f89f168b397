"""Events and their acknowledgements: no event but the shop's own reaches a handler, and answers may come later.

While one event's receipt waits, the page's next messages are handled.

python-socketio handles a connection's messages one after the other (``async_handlers=False``), and acknowledges each
when its handler returns; or it handles them all at once, in no order. One private part of it is replaced, on one
server: ``_handle_event_internal``, which calls a handler and sends what it returns. What it gains: a slow Kafka holds
up receipts alone; and a page cannot send the events ``connect`` and ``disconnect``, which are the library's own and
would be handed on like any other. `tests/storefront/web/live/test_later_acks.py` fails if an upgrade changes that part.
"""

import logging
from collections.abc import Callable
from typing import Any

from engineio.exceptions import EngineIOError
from socketio import Server
from socketio.packet import ACK

from online_models.schema.messages import CATCH_UP, INTERACTION, RANKING_DRAWN

log = logging.getLogger(__name__)

EVENTS = frozenset({CATCH_UP, INTERACTION, RANKING_DRAWN})
"""What pages send."""


class Later:
    """What a handler returns whose answer has to be waited for: a function that does, and returns it."""

    def __init__(self, answer: Callable[[], object]) -> None:
        self.answer = answer


class LaterAcks:
    """Sends the acknowledgements of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def bind(self) -> None:
        """Have the server's messages handled here."""
        self._server._handle_event_internal = self._handle

    def _handle(self, server: Any, sid: str, wire: str, data: list[Any], namespace: str, number: int | None) -> None:
        if not isinstance(data[0], str) or data[0] not in EVENTS:
            return
        try:
            answer = server._trigger_event(data[0], namespace, sid, *data[1:])
        except Exception:
            # The connection lives, and so does the reader of what is wrong.
            log.exception("A message could not be handled")
            return
        if answer is server.not_handled:
            return
        if isinstance(answer, Later):
            server.start_background_task(self._answer_later, answer, wire, namespace, number)
        elif number is not None:
            self._acknowledge(answer, wire, namespace, number)

    def _answer_later(self, later: Later, wire: str, namespace: str, number: int | None) -> None:
        try:
            answer = later.answer()
            if number is not None:
                self._acknowledge(answer, wire, namespace, number)
        except (EngineIOError, KeyError) as gone:
            log.debug("A connection was gone before its answer: %r", gone)
        except Exception:
            # As the library does where a handler fails: no answer, and the connection lives.
            log.exception("A message could not be answered")

    def _acknowledge(self, answer: object, wire: str, namespace: str, number: int) -> None:
        arguments = list(answer) if isinstance(answer, tuple) else [] if answer is None else [answer]
        packet = self._server.packet_class(ACK, namespace=namespace, id=number, data=arguments)
        self._server._send_packet(wire, packet)
