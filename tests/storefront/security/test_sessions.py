"""A session is worth what the shop's own row of it is worth: no cookie from before, from elsewhere, or made up."""

import base64
import json
import zlib

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from storefront import create_app
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import DAY
from storefront.extensions import socketio
from storefront.limits.delays import Delays
from storefront.limits.limits import Limits
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE as VISITOR_COOKIE
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed
from tests.storefront.manual_clock import Clock
from tests.storefront.stored import accounts_of, sign_ins_of
from tests.storefront.web.account.test_auth import header_of, sign_in
from tests.storefront.web.account.test_password_reset import ask, link_in

COOKIE = "riverfront_session"


@pytest.fixture
def clocked_app(settings: StorefrontSettings, reader: MemoryServingReader, clock: Clock) -> Flask:
    """A shop whose sign-ins follow a manual clock."""
    app = create_app(
        {
            "SETTINGS": settings,
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "LIMITS": Limits(clock=clock),
            "DELAYS": Delays(clock=clock),
            "VIEWED": MemoryViewed(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
            "PASSWORDS": Passwords(memory_kib=64, passes=1),
            "NOW": clock,
        }
    )
    app.test_client_class = BrowserClient
    return app


def session_of(client: BrowserClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return str(cookie.value)


def thief_with(app: Flask, session: str) -> BrowserClient:
    thief = browser_of(app)
    thief.set_cookie(COOKIE, session)
    return thief


def connects(app: Flask, client: BrowserClient) -> bool:
    return bool(socketio.test_client(app, flask_test_client=client).is_connected())


def assert_worthless(app: Flask, session: str) -> None:
    thief = thief_with(app, session)
    assert not connects(app, thief), "a socket"
    for path in ("/account/profile", "/account/devices", "/account/data"):
        answer = thief.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/account/sign-in"), path
    assert header_of(thief) == "Sign in"


def said_in(session: str) -> dict[str, object]:
    """Read a session cookie as whoever holds it can, without any key."""
    text = session.split(".")[1] if session.startswith(".") else session.split(".")[0]
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    said: dict[str, object] = json.loads(zlib.decompress(raw) if session.startswith(".") else raw)
    return said


def test_a_session_from_before_the_sign_in_is_nobodys_after_it(app: Flask, ann: BrowserClient) -> None:
    victim = browser_of(app)
    victim.get("/account/sign-in")
    planted = session_of(victim)
    assert sign_in(victim) == 303
    assert_worthless(app, planted)


def test_the_forms_token_from_before_the_sign_in_does_not_serve_after_it(app: Flask, ann: BrowserClient) -> None:
    victim = browser_of(app)
    before = victim.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
    assert sign_in(victim) == 303
    assert victim.post("/account/devices/end-all", data={"token": before}).status_code == 400
    assert header_of(victim) == "Ann"


def test_a_planted_visitor_cookie_does_not_see_what_the_account_does(app: Flask, ann: BrowserClient) -> None:
    eve, victim = browser_of(app), browser_of(app)
    eve.get("/basket")
    planted = eve.get_cookie(VISITOR_COOKIE)
    assert planted is not None
    victim.set_cookie(VISITOR_COOKIE, planted.value)
    assert sign_in(victim) == 303
    victim.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    assert 'data-count="2"' in victim.get("/").get_data(as_text=True)
    assert 'data-count="0"' in eve.get("/").get_data(as_text=True)
    victim.submit("/", to="/account/sign-out")
    assert victim.anonymous() != eve.anonymous()


def test_a_session_from_before_the_change_of_the_password_opens_nothing(app: Flask, ann: BrowserClient) -> None:
    stolen = session_of(ann)
    assert ann.submit("/account/password", {"present": PASSWORD, "password": ANOTHER}).status_code == 303
    assert_worthless(app, stolen)
    assert header_of(ann) == "Ann"


def test_a_session_from_before_a_new_password_by_letter_opens_nothing(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    stolen = session_of(ann)
    other = browser_of(app)
    ask(other)
    other.get(link_in(letters))
    assert other.submit("/account/new-password", {"password": ANOTHER}).status_code == 303
    assert_worthless(app, stolen)


def test_a_session_from_before_the_sign_out_opens_neither_page_nor_socket(app: Flask, ann: BrowserClient) -> None:
    stolen = session_of(ann)
    ann.submit("/", to="/account/sign-out")
    assert_worthless(app, stolen)


def test_sessions_from_before_signing_out_everywhere_open_neither_page_nor_socket(
    app: Flask, ann: BrowserClient
) -> None:
    phone = browser_of(app)
    assert sign_in(phone) == 303
    stolen = [session_of(ann), session_of(phone)]
    ann.submit("/", to="/account/devices/end-all")
    for session in stolen:
        assert_worthless(app, session)


def test_a_session_of_a_deleted_account_opens_nothing(app: Flask, ann: BrowserClient) -> None:
    stolen = session_of(ann)
    assert ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete").status_code == 303
    assert_worthless(app, stolen)


def signed_up(app: Flask) -> BrowserClient:
    client = browser_of(app)
    client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})
    return client


def test_a_browser_that_was_idle_for_too_long_is_signed_out(clocked_app: Flask, clock: Clock) -> None:
    client = signed_up(clocked_app)
    clock.now += 13 * DAY
    assert header_of(client) == "Ann"
    clock.now += 13 * DAY
    assert header_of(client) == "Ann", "the visit counted"
    stolen = session_of(client)
    clock.now += 14 * DAY
    assert_worthless(clocked_app, stolen)


def test_a_browser_that_is_never_idle_is_signed_out_all_the_same(clocked_app: Flask, clock: Clock) -> None:
    client = signed_up(clocked_app)
    for _ in range(8):
        clock.now += 11 * DAY
        assert header_of(client) == "Ann"
    stolen = session_of(client)
    clock.now += 2 * DAY
    assert_worthless(clocked_app, stolen)


def test_the_password_is_asked_again_before_the_export_after_a_while(clocked_app: Flask, clock: Clock) -> None:
    client = signed_up(clocked_app)
    assert client.submit("/account/data", to="/account/export").status_code == 200
    clock.now += 16 * 60
    answer = client.submit("/account/data", to="/account/export")
    assert answer.headers["Location"].startswith("/account/confirm")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_session_in_which_anything_was_changed_is_nobodys(app: Flask, ann: BrowserClient, part: int) -> None:
    parts = session_of(ann).lstrip(".").split(".")
    middle = len(parts[part]) // 2
    changed = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + changed + parts[part][middle + 1 :]
    lead = "." if session_of(ann).startswith(".") else ""
    assert_worthless(app, lead + ".".join(parts))


def test_a_session_signed_with_another_key_is_nobodys(
    app: Flask, settings: StorefrontSettings, ann: BrowserClient
) -> None:
    other = Flask("other")
    other.secret_key = "a secret of somebody else"
    signer = SecureCookieSessionInterface().get_signing_serializer(other)
    assert signer is not None
    with app.app_context():
        account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    forged = signer.dumps({"sign_in": "x", "_user_id": account.visitor, "_fresh": True})
    assert_worthless(app, forged if isinstance(forged, str) else forged.decode())


def test_a_signed_session_without_a_row_is_nobodys(app: Flask, ann: BrowserClient) -> None:
    """Even who has the key cannot name an account: the token must be one that was given out to it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    row = sign_ins_of(app).of(account.visitor, account.created_at)[0]
    for token in ("x", row.key, ""):
        assert_worthless(app, str(signer.dumps({"sign_in": token, "_user_id": account.visitor, "_fresh": True})))


def test_a_token_of_one_account_does_not_open_another(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    mixed = said_in(session_of(bob)) | {"_user_id": said_in(session_of(ann))["_user_id"]}
    assert_worthless(app, str(signer.dumps(mixed)))


def test_the_session_is_signed_and_not_secret_so_nothing_personal_is_in_it(ann: BrowserClient) -> None:
    said = said_in(session_of(ann))
    assert {"sign_in", "_user_id"} <= set(said)
    assert not any(word in json.dumps(said) for word in ("Ann", ANN, PASSWORD, "shopper"))
