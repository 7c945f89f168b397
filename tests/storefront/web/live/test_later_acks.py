"""A receipt that has to be waited for holds up nothing else of its page."""

from typing import Any

import pytest
from flask import Flask

from storefront.extensions import socketio
from tests.storefront.browser_client import BrowserClient
from tests.storefront.events.views import wait_until
from tests.storefront.troubled_publishers import FullPublisher, SlowPublisher
from tests.storefront.web.live.test_socket import caught_up, connect

VIEW = {"kind": "item_viewed", "item": "mug", "event_id": "e1"}


@pytest.fixture
def publisher() -> SlowPublisher:
    return SlowPublisher()


def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Any]]:
    """List the acknowledgements from now on, by the numbers of their messages."""
    acknowledged: list[tuple[int, Any]] = []
    send = socketio.server._send_packet

    def note(connection: str, packet: Any) -> None:
        acknowledged.append((packet.id, packet.data))
        send(connection, packet)

    monkeypatch.setattr(socketio.server, "_send_packet", note)
    return acknowledged


def test_while_a_receipt_waits_the_next_messages_are_answered(
    app: Flask, client: BrowserClient, publisher: SlowPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")
    socket = connect(app, client)
    acknowledged = heard(monkeypatch)

    assert socket.emit("interaction", VIEW, callback=True) is None
    assert socket.emit("ranking_drawn", {"event_id": "e2", "items": ["mug"]}, callback=True) is None
    assert "basket_changed" in caught_up(socket, {"lists": []})
    assert [number for number, _ in acknowledged] == [3]

    for delivery in reversed(publisher.open):
        delivery.confirm()
    wait_until(lambda: len(acknowledged) == 3)
    receipts = {number: data[0] for number, data in acknowledged if number != 3}
    assert {number: (receipt.event_id, receipt.accepted) for number, receipt in receipts.items()} == {
        1: ("e1", True),
        2: ("e2", True),
    }


def test_an_answer_that_fails_is_logged_and_the_connection_lives(
    app: Flask,
    client: BrowserClient,
    publisher: SlowPublisher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.get("/")
    socket = connect(app, client)
    monkeypatch.setattr(app.config["VIEWED"], "add", lambda *_: [][0])
    socket.emit("interaction", VIEW, callback=True)
    publisher.open[0].confirm()
    wait_until(lambda: "could not be answered" in caplog.text)
    assert socket.is_connected()


class TestWhereNothingIsStored:
    @pytest.fixture
    def publisher(self) -> FullPublisher:
        return FullPublisher()

    def test_the_page_is_told_to_keep_its_event_however_often_it_tries(self, app: Flask, client: BrowserClient) -> None:
        client.get("/")
        socket = connect(app, client)
        receipts = [socket.emit("interaction", VIEW, callback=True) for _ in range(300)]
        assert {receipt["reason"] for receipt in receipts} == {"too many events wait to be stored"}
