import re
import time

from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import event

from online_models.schema.messages import EVERYONE
from storefront.accounts.sign_ins import DAY
from storefront.extensions import socketio
from tests.storefront.accounts.people import ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.manual_clock import ShiftedClock
from tests.storefront.running_shop import wait_until
from tests.storefront.stored import database_of
from tests.storefront.web.account.test_auth import header_of, sign_in

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Safari/604"
)


def phone_of(app: Flask) -> BrowserClient:
    phone = browser_of(app)
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    assert sign_in(phone) == 303
    return phone


def marks_of(client: BrowserClient) -> list[str]:
    return re.findall(r"/account/devices/([0-9a-f]{16})/end", client.get("/account/devices").get_data(as_text=True))


def test_every_browser_is_listed_by_a_name_that_its_owner_knows(app: Flask, ann: BrowserClient) -> None:
    phone_of(app)
    page = ann.get("/account/devices").get_data(as_text=True)
    assert "Safari on iPhone" in page
    assert page.count("This device") == 1


def test_another_browser_is_signed_out_from_here(app: Flask, ann: BrowserClient) -> None:
    (own,) = marks_of(ann)
    phone = phone_of(app)
    (other,) = set(marks_of(ann)) - {own}
    ann.submit("/", to=f"/account/devices/{other}/end")
    assert header_of(phone) == "Sign in"
    assert header_of(ann) == "Ann"


def test_a_browser_of_another_account_cannot_be_signed_out(app: Flask, ann: BrowserClient) -> None:
    (own,) = marks_of(ann)
    bob = browser_of(app)
    bob.submit("/account/sign-up", {"email": "bob@example.com", "password": ANOTHER})
    assert bob.submit("/", to=f"/account/devices/{own}/end").status_code == 404
    assert header_of(ann) == "Ann"


def test_signing_out_everywhere_leaves_nobody_signed_in(app: Flask, ann: BrowserClient) -> None:
    phone = phone_of(app)
    ann.submit("/", to="/account/devices/end-all")
    assert (header_of(phone), header_of(ann)) == ("Sign in", "Sign in")


def test_a_new_password_signs_the_other_browsers_out_and_gives_this_one_a_new_session(
    app: Flask, ann: BrowserClient
) -> None:
    phone = phone_of(app)
    before = ann.get_cookie("riverfront_session")
    answer = ann.submit("/account/password", {"present": PASSWORD, "password": ANOTHER})
    after = ann.get_cookie("riverfront_session")
    assert answer.status_code == 303
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert (header_of(phone), header_of(ann)) == ("Sign in", "Ann")
    assert sign_in(browser_of(app), PASSWORD) == 422
    assert sign_in(browser_of(app), ANOTHER) == 303


def test_the_present_password_is_asked_for_a_new_one(app: Flask, ann: BrowserClient) -> None:
    answer = ann.submit("/account/password", {"present": "not the password", "password": ANOTHER})
    assert answer.status_code == 422
    assert "Incorrect password." in answer.get_data(as_text=True)
    assert sign_in(browser_of(app), PASSWORD) == 303


def connect(app: Flask, client: BrowserClient) -> SocketIOTestClient:
    return socketio.test_client(app, flask_test_client=client)


def test_the_socket_is_the_accounts_like_the_page(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    socket = connect(app, ann)
    socket.emit("interaction", {"kind": "item_viewed", "item": "mug"}, callback=True)
    assert publisher.events[-1].visitor.startswith("a")


def test_a_socket_asks_once_who_it_is_and_not_for_every_event(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    socket = connect(app, ann)
    asked: list[str] = []
    engine = database_of(app)._engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    for number in range(5):
        socket.emit("interaction", {"kind": "item_viewed", "item": "mug", "event_id": f"e{number}"}, callback=True)
    assert len(publisher.events) >= 5
    assert len(asked) <= 5, "no more than whether the product was dismissed"
    assert not any("sign_ins" in text or "accounts" in text for text in asked)


def test_the_sockets_of_a_browser_that_is_signed_out_are_closed(app: Flask, ann: BrowserClient) -> None:
    (own,) = marks_of(ann)
    phone = phone_of(app)
    (other,) = set(marks_of(ann)) - {own}
    theirs, ours = connect(app, phone), connect(app, ann)
    ann.submit("/", to=f"/account/devices/{other}/end")
    wait_until(lambda: not theirs.is_connected())
    assert ours.is_connected()


def test_a_socket_does_not_outlive_the_limits_of_its_sign_in(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher, app_clock: ShiftedClock
) -> None:
    socket, stranger = connect(app, ann), connect(app, visitor_of(app))
    before = list(publisher.events)
    app_clock.ahead = 14 * DAY
    receipt = socket.emit("interaction", {"kind": "item_viewed", "item": "mug"}, callback=True)
    assert (receipt["accepted"], receipt["reason"]) == (False, "made for another account")
    assert publisher.events == before
    assert not socket.is_connected()
    assert stranger.is_connected()


def test_a_page_that_only_listens_is_disconnected_at_the_next_push(app: Flask, ann: BrowserClient) -> None:
    socket, stranger = connect(app, ann), connect(app, visitor_of(app))
    rooms = socketio.server.manager
    rooms.now = lambda: time.time() + 14 * DAY
    socketio.emit("trending_changed", {"items": []}, to=EVERYONE)
    assert not socket.is_connected()
    assert socket.queue == []
    assert [message["name"] for message in stranger.get_received()] == ["trending_changed"]


def visitor_of(app: Flask) -> BrowserClient:
    visitor = browser_of(app)
    visitor.get("/")
    return visitor


def test_signing_in_closes_the_sockets_of_the_anonymous_pages(app: Flask, ann: BrowserClient) -> None:
    other = browser_of(app)
    other.get("/")
    socket = connect(app, other)
    sign_in(other)
    wait_until(lambda: not socket.is_connected())


def test_signing_out_closes_the_sockets_of_every_page_of_the_browser(app: Flask, ann: BrowserClient) -> None:
    sockets = [connect(app, ann), connect(app, ann)]
    ann.submit("/", to="/account/sign-out")
    wait_until(lambda: not any(socket.is_connected() for socket in sockets))
