"""What is replaced in Engine.IO's server is there to be replaced."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from engineio import Server
from engineio.packet import PING
from flask import Flask

from storefront.extensions import socketio
from storefront.web.live.websocket import WebSockets


def test_engine_io_takes_its_websockets_from_the_table(app: Flask) -> None:
    assert "websocket" in Server(async_mode="gevent")._async
    assert isinstance(socketio.server.eio._async["websocket"], WebSockets)


def test_socket_io_has_the_three_handlers() -> None:
    assert {"connect", "disconnect", "message"} <= set(socketio.server.eio.handlers)


@pytest.mark.parametrize("environ", [{}, {"HTTP_COOKIE": "riverfront_visitor=v1"}])
def test_what_did_not_come_through_the_gate_is_no_session(app: Flask, environ: dict[str, Any]) -> None:
    assert socketio.server.eio.handlers["connect"]("made-up", environ) is False


def test_a_session_is_pinged_again_when_it_has_answered(app: Flask) -> None:
    due: list[tuple[Any, ...]] = []
    engine = replace(app.extensions["socket_engine"], later=lambda *one: due.append(one))
    sent: list[int] = []
    session = SimpleNamespace(last_ping=1.0, closing=False, closed=False, send=lambda one: sent.append(one.packet_type))

    for _ in range(3):
        engine.schedule_ping(session)
    ((seconds, ping, argument),) = due
    assert seconds == socketio.server.eio.ping_interval
    ping(argument)
    assert sent == [PING]

    engine.schedule_ping(session)
    assert len(due) == 2
    session.closing = True
    ping(argument)
    assert sent == [PING]
