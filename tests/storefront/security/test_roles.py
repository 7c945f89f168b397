"""The operators' pages, figures and room are open to operators alone; who is one is said on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from msgspec.structs import replace
from redis import Redis

from infra.cli.main import riverfront
from infra.errors import CannotRun
from online_models.schema.messages import PUSH_CHANNEL, visitor_room
from storefront import create_app
from storefront.accounts.passwords import Passwords
from storefront.extensions import socketio
from storefront.limits.delays import Delays
from storefront.limits.limits import Limits
from storefront.settings import StorefrontSettings
from tests.storefront.accounts.factors import SET_UP, turn_on
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.stored import accounts_of

TOKEN = "0123456789abcdef" * 4
PAGES = ["/ops", "/ops/history.json", "/metrics"]

Run = Callable[..., str]


@pytest.fixture
def run(settings: StorefrontSettings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``riverfront operator …`` on the shop's database, and return what it prints."""
    monkeypatch.setenv("RIVERFRONT_DATABASE", settings.database)

    def run(*words: str) -> str:
        answer = CliRunner().invoke(riverfront, ["operator", *words], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


@pytest.fixture
def ann(client: BrowserClient) -> BrowserClient:
    client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})
    return client


def made(settings: StorefrontSettings) -> Flask:
    app = create_app(
        {
            "SETTINGS": settings,
            "SERVING_READER": MemoryServingReader(),
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "LIMITS": Limits(),
            "DELAYS": Delays(),
            "PASSWORDS": Passwords(memory_kib=64, passes=1),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )
    app.test_client_class = BrowserClient
    return app


def connects(app: Flask, client: BrowserClient) -> bool:
    return bool(socketio.test_client(app, flask_test_client=client, auth={"ops": True}).is_connected())


@pytest.mark.parametrize("path", ["/ops", "/ops/history.json"])
def test_who_has_not_signed_in_is_asked_to_and_comes_back(client: BrowserClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/account/sign-in?next={path}"


def test_who_has_not_signed_in_gets_no_figures(app: Flask, client: BrowserClient) -> None:
    client.get("/")
    assert client.get("/metrics").status_code == 401
    assert not connects(app, client)


@pytest.mark.parametrize("path", PAGES)
def test_a_shopper_is_refused(ann: BrowserClient, path: str) -> None:
    assert ann.get(path).status_code == 403


def test_a_shopper_does_not_get_into_the_operators_room(app: Flask, ann: BrowserClient) -> None:
    assert not connects(app, ann)


def test_an_operator_gets_in_from_the_moment_of_the_grant_to_that_of_its_end(
    app: Flask, ann: BrowserClient, run: Run
) -> None:
    turn_on(ann)
    run("grant", ANN.upper())
    assert run("list") == f"{ANN}\n"
    assert [ann.get(path).status_code for path in PAGES] == [200] * 3
    assert connects(app, ann)

    run("revoke", ANN)
    assert run("list") == ""
    assert [ann.get(path).status_code for path in PAGES] == [403] * 3
    assert not connects(app, ann)


def test_an_operator_turns_two_step_verification_on_before_anything_opens(
    app: Flask, ann: BrowserClient, run: Run
) -> None:
    run("grant", ANN)
    assert ann.get("/ops").location == f"{SET_UP}?next=/ops"
    assert ann.get("/ops/history.json").status_code == 303
    assert ann.get("/metrics").status_code == 403
    assert not connects(app, ann)
    assert "Operators sign in with two-step verification." in ann.get(f"{SET_UP}?next=/ops").get_data(as_text=True)
    turn_on(ann)
    assert [ann.get(path).status_code for path in PAGES] == [200] * 3
    assert connects(app, ann)

    run("reset-factor", ANN)
    assert ann.get("/ops").location == "/account/sign-in?next=/ops", "they are signed out"
    assert ann.submit("/account/sign-in", {"email": ANN, "password": PASSWORD}).status_code == 303
    assert ann.get("/ops").location == f"{SET_UP}?next=/ops"


@pytest.mark.integration
def test_open_pages_of_somebody_who_is_an_operator_no_longer_are_closed(
    app: Flask, ann: BrowserClient, run: Run, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every storefront hears by Redis, in python-socketio's own words, that it has to close their room."""
    account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    monkeypatch.setenv("RIVERFRONT_REDIS", redis_url)
    run("grant", ANN)
    with Redis.from_url(redis_url, socket_timeout=20) as redis, redis.pubsub() as storefront:
        storefront.subscribe(PUSH_CHANNEL)
        heard = storefront.listen()
        assert next(heard)["type"] == "subscribe"
        run("revoke", ANN)
        message = next(heard)
    said = json.loads(message["data"])
    assert (said["method"], said["room"], said["namespace"]) == ("close_room", visitor_room(account.visitor), "/")


def test_nobody_becomes_an_operator_by_a_form(app: Flask, run: Run) -> None:
    eve = browser_of(app)
    fields = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD, "role": "operator", "is_operator": "1"}
    eve.submit("/account/sign-up", fields)
    assert run("list") == ""
    assert eve.get("/ops").status_code == 403


def test_an_address_without_an_account_is_a_message(ann: BrowserClient, run: Run) -> None:
    with pytest.raises(CannotRun, match="Nobody has signed up as nobody"):
        run("grant", "nobody@example.com")


def test_figures_are_open_to_who_brings_the_token_and_to_no_other_page(settings: StorefrontSettings) -> None:
    client = made(replace(settings, metrics_token=TOKEN)).test_client()
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=bearer).status_code == 200
    assert client.get("/ops", headers=bearer).status_code == 303


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é", f"Bearer {TOKEN}x"]
)
def test_a_wrong_token_is_refused(settings: StorefrontSettings, authorization: str) -> None:
    client = made(replace(settings, metrics_token=TOKEN)).test_client()
    answer = client.get("/metrics", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_a_token_in_the_settings_an_empty_one_opens_nothing(client: BrowserClient) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_the_settings_can_open_everything_on_a_machine_of_ones_own(
    settings: StorefrontSettings, tmp_path: Path
) -> None:
    client = made(replace(settings, ops_open=True)).test_client()
    assert [client.get(path).status_code for path in PAGES] == [200] * 3
