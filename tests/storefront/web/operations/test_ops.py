from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import storefront
from online_models.ranking.context_features import CONTEXTS
from storefront import create_app
from storefront.extensions import socketio
from storefront.settings import StorefrontSettings
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader


@pytest.fixture
def open_app(tmp_path: Path, reader: MemoryServingReader, publisher: MemoryEventPublisher) -> Flask:
    return create_app(
        {
            "SETTINGS": StorefrontSettings(home=tmp_path, secret="s", ops_open=True),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": publisher,
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )


@pytest.mark.parametrize("path", ["/ops", "/ops/history.json"])
def test_the_page_is_closed_unless_opened(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/sign-in?next=/ops")


def test_the_page_is_closed_to_shoppers(client: BrowserClient) -> None:
    client.submit("/account/sign-up", {"email": "ann@example.com", "password": "a lantern on the quay"})
    answer = client.get("/ops")
    assert answer.status_code == 403
    assert "riverfront operator grant" in answer.get_data(as_text=True)


def test_an_open_page_shows_the_history_oldest_first(open_app: Flask, reader: MemoryServingReader) -> None:
    reader.ops_history = [b'{"at":2}', b'{"at":1}']
    client = open_app.test_client()
    assert client.get("/ops").status_code == 200
    assert client.get("/ops/history.json").get_json() == [{"at": 1}, {"at": 2}]


def test_without_a_monitor_the_history_is_empty(open_app: Flask) -> None:
    assert open_app.test_client().get("/ops/history.json").get_json() == []


def test_operators_get_what_the_monitor_sends_and_shoppers_do_not(open_app: Flask) -> None:
    client = open_app.test_client()
    client.get("/")
    operator = socketio.test_client(open_app, flask_test_client=client, auth={"ops": True})
    shopper = socketio.test_client(open_app, flask_test_client=client)
    for socket in (operator, shopper):
        socket.get_received()

    socketio.emit("ops_stats", {"at": 1.0}, to="operators")

    assert [message["name"] for message in operator.get_received()] == ["ops_stats"]
    assert shopper.get_received() == []


def test_every_context_of_the_weights_has_a_label() -> None:
    script = (Path(storefront.__file__).parent / "static/js/quality.js").read_text()
    assert [context for context in CONTEXTS if f"'{context}': _(" not in script] == []


def test_health_says_alive_and_what_is_there(
    client: FlaskClient, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/healthz/ready").get_json()["status"] == "ready"

    publisher.up = reader.up = False
    degraded = client.get("/healthz/ready")
    assert degraded.status_code == 200, "it still sells"
    assert degraded.get_json()["checks"] == {"redis": False, "kafka": False, "catalogue": True}

    reader.catalog.products.clear()
    assert client.get("/healthz/ready").status_code == 503
