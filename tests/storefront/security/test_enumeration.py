"""Nobody learns from the shop who has an account: same words, same codes, same work for known and unknown addresses."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import event
from werkzeug.test import TestResponse

from storefront import create_app
from storefront.accounts.passwords import Passwords
from storefront.limits.limits import SIGN_UP
from storefront.settings import StorefrontSettings
from storefront.workers import run_here
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.stored import database_of
from tests.storefront.web.account.test_auth import sign_in
from tests.storefront.web.account.test_password_reset import ask, link_in

UNKNOWN = "nobody@example.com"
OWN_OF_EACH = re.compile(r'content="[^"]+"|name="(?:token|form_id)" value="[^"]+"|(?:ann|nobody)@example\.com')


def told(answer: TestResponse) -> tuple[int, str, list[str]]:
    """Return what an answer says, without the tokens and the address that was typed."""
    names = sorted({name for name, _ in answer.headers} - {"Content-Length", "Set-Cookie"})
    return answer.status_code, OWN_OF_EACH.sub("", answer.get_data(as_text=True)), names


class CountedWork:
    """Counts what is run, by name."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, work: Callable[..., object], *arguments: object) -> object:
        self.done.append(getattr(work, "__name__", "?"))
        return run_here(work, *arguments)


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """List what the shop has to do meanwhile: each question to the database, each work on a password."""
    passwords, engine = app.config["PASSWORDS"], database_of(app)._engine
    work = CountedWork()

    def note(*said: object) -> None:
        work.done.append(str(said[2]))

    before, passwords._hashing = passwords._hashing, (work, passwords._hashing[1])
    event.listen(engine, "before_cursor_execute", note)
    yield work.done
    event.remove(engine, "before_cursor_execute", note)
    passwords._hashing = before


@pytest.fixture
def confirming(
    app_config: dict[str, Any], settings: StorefrontSettings, ann: BrowserClient, bob: BrowserClient, letters: Letterbox
) -> Flask:
    """The shop, in which Ann and Bob have accounts, when addresses are confirmed."""
    app = create_app(app_config | {"SETTINGS": replace(settings, confirm_addresses=True)})
    app.test_client_class = BrowserClient
    letters.sent.clear()
    return app


@pytest.mark.parametrize("times", [1, 8])
def test_a_sign_in_tells_nothing_of_the_address_however_often_it_fails(
    app: Flask, ann: BrowserClient, times: int
) -> None:
    last = {}
    for email in (ANN, UNKNOWN):
        client = browser_of(app)
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1" if email == ANN else "192.0.2.2"
        for _ in range(times):
            last[email] = client.submit("/account/sign-in", {"email": email, "password": ANOTHER})
    assert last[ANN].status_code == (422 if times == 1 else 429)
    assert told(last[ANN]) == told(last[UNKNOWN])


def test_a_sign_in_works_as_hard_for_an_address_without_an_account(app: Flask, ann: BrowserClient) -> None:
    passwords = app.config["PASSWORDS"]
    work = CountedWork()
    assert isinstance(passwords, Passwords)
    passwords._hashing = work, passwords._hashing[1]  # counts, and does the same
    browser_of(app).submit("/account/sign-in", {"email": UNKNOWN, "password": ANOTHER})
    work.done.clear()
    browser_of(app).submit("/account/sign-in", {"email": UNKNOWN, "password": ANOTHER})
    for_unknown = work.done[:]
    work.done.clear()
    browser_of(app).submit("/account/sign-in", {"email": ANN, "password": ANOTHER})
    assert for_unknown == work.done == ["_verify"]


@pytest.mark.parametrize("times", [1, 7])
def test_asking_for_a_new_password_tells_nothing_of_the_address(
    app: Flask, ann: BrowserClient, letters: Letterbox, times: int
) -> None:
    last = {}
    for email in (ANN, UNKNOWN):
        client = browser_of(app)
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1" if email == ANN else "192.0.2.2"
        for _ in range(times):
            last[email] = client.submit("/account/reset", {"email": email})
    assert last[ANN].status_code == (200 if times == 1 else 429)
    assert told(last[ANN]) == told(last[UNKNOWN])
    assert {letter.to for letter in letters.sent} == {ANN}


@pytest.mark.parametrize("times", [1, 7])
def test_a_sign_up_tells_nothing_of_the_address(confirming: Flask, letters: Letterbox, times: int) -> None:
    last, cookies = {}, {}
    for email in (ANN, UNKNOWN):
        client = browser_of(confirming)
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1" if email == ANN else "192.0.2.2"
        for _ in range(times):
            last[email] = client.submit("/account/sign-up", {"name": "A", "email": email, "password": ANOTHER})
        cookies[email] = [(cookie.partition("=")[0], cookie.partition(";")[2]) for cookie in cookies_of(last[email])]
    assert last[ANN].status_code == (200 if times == 1 else 429)
    assert told(last[ANN]) == told(last[UNKNOWN])
    assert cookies[ANN] == cookies[UNKNOWN]
    sent = [letter.to for letter in letters.sent]
    assert sent.count(ANN) == sent.count(UNKNOWN) == min(times, 5)


def cookies_of(answer: TestResponse) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def test_a_sign_up_works_as_hard_for_an_address_that_has_an_account(confirming: Flask, letters: Letterbox) -> None:
    done = {}
    for email in (UNKNOWN, ANN):
        client = browser_of(confirming)
        client.get("/")
        with counting(confirming) as work:
            client.submit("/account/sign-up", {"email": email, "password": ANOTHER})
            done[email] = work[:]
    assert done[ANN] == done[UNKNOWN]
    assert done[ANN].count("hash") == 1
    assert len(letters.sent) == 2, "and a letter for each"


def test_a_change_of_address_tells_nothing_of_the_address(confirming: Flask, letters: Letterbox) -> None:
    bob = browser_of(confirming)
    assert sign_in(bob, PASSWORD, BOB) == 303
    seen, heard, done = {}, {}, {}
    for email in (UNKNOWN, ANN):
        letters.sent.clear()
        with counting(confirming) as work:
            answer = bob.submit("/account/email", {"email": email})
            done[email] = work[:]
        seen[email] = told(answer), told(bob.get("/account/profile"))
        heard[email] = [OWN_OF_EACH.sub("", letter.text) for letter in letters.sent if letter.to == BOB]
        assert {letter.to for letter in letters.sent} == {email, BOB}
    assert seen[ANN] == seen[UNKNOWN]
    assert heard[ANN] == heard[UNKNOWN] != []
    assert done[ANN] == done[UNKNOWN]


def test_a_used_and_a_made_up_link_are_answered_alike(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    other = browser_of(app)
    ask(other)
    link = link_in(letters)
    other.get(link)
    assert other.submit("/account/new-password", {"password": ANOTHER}).status_code == 303
    answers = []
    for path in (link, "/account/reset/x", "/account/reset/WyJhMSIsIngiXQ.aaaaaa.bbbbbb"):
        client = browser_of(app)
        client.get("/")
        client.get(path)
        answers.append(told(client.get("/account/new-password")))
    assert answers[0][0] == 410
    assert answers[0] == answers[1] == answers[2]


def test_addresses_cannot_be_tried_out_by_signing_up(app: Flask, ann: BrowserClient) -> None:
    codes = []
    for number in range(SIGN_UP.count + 5):
        fields = {"email": ANN, "password": f"a lantern on the quay {number}"}
        codes.append(browser_of(app).submit("/account/sign-up", fields).status_code)
    assert codes[0] == 422
    assert codes[-1] == 429
    assert codes.count(422) < SIGN_UP.count


def test_addresses_cannot_be_tried_out_by_changing_ones_own(
    ann: BrowserClient, bob: BrowserClient, letters: Letterbox
) -> None:
    answers = [bob.submit("/account/email", {"email": ANN}) for _ in range(SIGN_UP.count + 5)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert ANN in answers[-1].get_data(as_text=True), "what was typed is kept"


def test_the_shop_cannot_be_made_to_flood_anothers_letterbox(bob: BrowserClient, letters: Letterbox) -> None:
    """An address is not asked whether it wants to belong to an account: what goes there is bounded."""
    bob.submit("/account/email", {"email": "victim@example.com"})
    for number in range(30):
        present, new = (PASSWORD, ANOTHER) if number % 2 == 0 else (ANOTHER, PASSWORD)
        bob.submit("/account/password", {"present": present, "password": new})
    assert sum(letter.to == "victim@example.com" for letter in letters.sent) <= 10
    assert BOB in {letter.to for letter in letters.sent}
