"""Sockets of pages of other origins: whom a token, or a browser's key and an anonymous id, open one for."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from online_models.schema.messages import OPERATORS, visitor_room
from online_models.schema.own_visitors import visitor_of
from storefront.api.keys.api_key import ApiKey, Scope
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import LEEWAY_SECONDS, signing_secret
from storefront.database.connection import Database
from storefront.extensions import socketio
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.caller import caller_of
from storefront.web.live.socket import tell
from tests.storefront.api.builders import ANONYMOUS
from tests.storefront.manual_clock import ShiftedClock

HANDSHAKE = "/socket.io/?EIO=4&transport=polling&"
SHOP, EVIL = "https://shop.example", "https://evil.example"


@pytest.fixture
def store(settings: StorefrontSettings) -> KeyStore:
    return KeyStore(Database(settings.database, is_patient=True))


@pytest.fixture
def made(app: Flask, store: KeyStore) -> tuple[ApiKey, str]:
    return store.create(Scope.BROWSER, origins=[SHOP])


@pytest.fixture
def signed(made: tuple[ApiKey, str], settings: StorefrontSettings) -> str:
    return sign(made[0], settings.secret)


def sign(key: ApiKey, secret: str, **claims: Any) -> str:
    all_claims = {"sub": "customer-17", "iss": key.name, "exp": int(time.time()) + 600} | claims
    return jwt.encode(all_claims, signing_secret(secret, key.name), algorithm="HS256")


class ForeignPage:
    """A page of another origin, without a websocket."""

    def __init__(self, app: Flask, origin: str = SHOP, cookie: str = "", **brought: str) -> None:
        self._client = FlaskClient(app, app.response_class, use_cookies=False)
        self._path = HANDSHAKE + urlencode(brought)
        self._headers = {"Origin": origin} | ({"Cookie": cookie} if cookie else {})

    def open(self) -> TestResponse:
        answer = self._client.get(self._path, headers=self._headers)
        if answer.status_code == 200:
            self._path += "&sid=" + json.loads(answer.get_data(as_text=True)[1:])["sid"]
        return answer

    def join(self, auth: str = "") -> str:
        assert self.open().status_code == 200
        self.say(f"40{auth}")
        return self.hear()

    def say(self, packet: str) -> TestResponse:
        return self._client.post(self._path, data=packet, headers=self._headers)

    def hear(self) -> str:
        return self._client.get(self._path, headers=self._headers).get_data(as_text=True)


def test_a_token_opens_a_socket_from_another_origin(app: Flask, signed: str) -> None:
    page = ForeignPage(app, key=signed)
    assert page.join().startswith("40")
    tell(visitor_of("customer-17"), "ranking_changed", {"ranking_id": "r1"})
    assert '["ranking_changed",{"ranking_id":"r1"}]' in page.hear()


def test_its_page_may_read_the_answers(app: Flask, signed: str) -> None:
    assert ForeignPage(app, key=signed).open().headers["Access-Control-Allow-Origin"] == SHOP


def test_a_browsers_key_opens_one_for_an_anonymous_visitor(app: Flask, made: tuple[ApiKey, str]) -> None:
    page = ForeignPage(app, key=made[1], visitor=ANONYMOUS)
    assert page.join().startswith("40")
    tell(visitor_of(ANONYMOUS), "ranking_changed", {})
    assert "ranking_changed" in page.hear()
    for visitor in ("customer-17", "anon-1", ""):
        assert ForeignPage(app, key=made[1], visitor=visitor).open().status_code == 401


def test_what_is_no_token_opens_none(app: Flask, made: tuple[ApiKey, str], settings: StorefrontSettings) -> None:
    key, secret = made[0], settings.secret
    claims = {"sub": "customer-17", "iss": key.name, "exp": int(time.time()) + 600}
    for token in (
        sign(key, secret, exp=int(time.time()) - LEEWAY_SECONDS - 1),
        sign(key, "the secret of another shop"),
        sign(key, secret, iss="another"),
        sign(key, secret, sub=""),
        jwt.encode(claims, "", algorithm="none"),
        "a.b.c",
        "",
        "rf_browser_unknown",
    ):
        assert ForeignPage(app, key=token).open().status_code in {400, 401}
    assert socketio.server.eio.sockets == {}


def test_a_servers_key_opens_none(app: Flask, store: KeyStore) -> None:
    token = store.create(Scope.SERVER)[1]
    assert ForeignPage(app, key=token, visitor="customer-17").open().status_code == 401


def test_pages_of_other_origins_open_none(app: Flask, made: tuple[ApiKey, str], signed: str) -> None:
    assert ForeignPage(app, EVIL, key=signed).open().status_code == 401
    assert ForeignPage(app, EVIL, key=made[1], visitor=ANONYMOUS).open().status_code == 401
    assert ForeignPage(app, SHOP).open().status_code >= 400


def test_the_shops_own_cookie_says_nothing_of_a_foreign_page(
    app: Flask, signed: str, settings: StorefrontSettings
) -> None:
    cookies = VisitorCookies(settings.secret, secure=False)
    victim = visitor_of("victim")
    cookie = f"{cookies.cookie}={cookies.sign(victim)}"
    assert ForeignPage(app, SHOP, cookie).open().status_code >= 400, "without a token it is no page of the shop's"
    page = ForeignPage(app, SHOP, cookie, key=signed)
    page.join()
    rooms = socketio.server.manager.rooms["/"]
    assert visitor_room(victim) not in rooms
    assert visitor_room(visitor_of("customer-17")) in rooms


def test_a_foreign_page_does_not_see_the_operators_figures(
    app: Flask, signed: str, settings: StorefrontSettings
) -> None:
    assert settings.ops_open is False
    assert ForeignPage(app, key=signed).join('{"ops":true}').startswith("44")
    assert OPERATORS not in socketio.server.manager.rooms.get("/", {})


def test_a_socket_ends_with_its_token(app: Flask, signed: str, app_clock: ShiftedClock) -> None:
    page = ForeignPage(app, key=signed)
    page.join()
    (environ,) = socketio.server.environ.values()
    caller = caller_of(environ)
    assert caller is not None
    assert not caller.is_over(time.time() + 590)
    assert caller.is_over(time.time() + 600 + LEEWAY_SECONDS)
    app_clock.ahead = 600.0 + LEEWAY_SECONDS
    assert page.say('42["interaction",{"kind":"item_viewed","item":"mug"}]').status_code == 400
