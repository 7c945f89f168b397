"""Guessing at the sign-in page: who guesses waits longer and longer, and the owner does not."""

import re
from typing import Any

import pytest
from flask import Flask

from storefront.limits.delays import Delays
from storefront.limits.limits import Limits
from storefront.security.known_devices import COOKIE
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.manual_clock import Clock
from tests.storefront.web.account.test_auth import sign_in
from tests.storefront.web.account.test_password_reset import ask, link_in


@pytest.fixture
def app_config(app_config: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """The shop with limits and pauses by a manual clock."""
    return app_config | {"LIMITS": Limits(clock=clock), "DELAYS": Delays(clock=clock)}


def attacker(app: Flask, address: str = "203.0.113.9") -> BrowserClient:
    client = browser_of(app)
    client.environ_base["REMOTE_ADDR"] = address
    return client


def guess(client: BrowserClient, times: int = 1, email: str = ANN) -> tuple[int, int]:
    """Try wrong passwords, and return the last code and how long to wait."""
    form = {"token": client.token_on("/account/sign-in"), "email": email, "password": ANOTHER}
    for _ in range(times):
        answer = client.post("/account/sign-in", data=form)
    return answer.status_code, int(answer.headers.get("Retry-After", 0))


def test_pauses_grow_with_every_wrong_password_and_the_page_says_how_long(
    app: Flask, ann: BrowserClient, clock: Clock
) -> None:
    eve, waits = attacker(app), []
    assert guess(eve, 5) == (422, 0)
    for _ in range(8):
        code, wait = guess(eve)
        assert code == 429
        waits.append(wait)
        clock.now += wait
        assert guess(eve)[0] == 422, "after the pause one more is looked at"
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


def test_in_a_pause_the_right_password_is_no_better_than_a_wrong_one(app: Flask, ann: BrowserClient) -> None:
    eve = attacker(app)
    guess(eve, 10)
    answer = eve.submit("/account/sign-in", {"email": ANN, "password": PASSWORD})
    assert answer.status_code == 429
    assert re.search(r"Try again in \d+ second", answer.get_data(as_text=True))
    assert PASSWORD not in answer.get_data(as_text=True)
    assert f'value="{ANN}"' in answer.get_data(as_text=True), "what was typed is kept, but for the password"


def test_one_network_that_tries_many_accounts_waits_too(app: Flask, ann: BrowserClient) -> None:
    eve = attacker(app)
    codes = [guess(eve, 1, f"user{number}@example.com")[0] for number in range(70)]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_the_owners_own_browser_is_not_held_up_by_any_of_it(app: Flask, ann: BrowserClient) -> None:
    ann.submit("/", to="/account/sign-out")
    guess(attacker(app, "127.0.0.1"), 80)
    for host in range(1, 12):
        guess(attacker(app, f"203.0.113.{host}"), 6)
    assert sign_in(browser_of(app)) == 429, "a browser that nobody knows waits"
    assert sign_in(ann) == 303


def test_a_browser_is_known_after_the_first_sign_in(app: Flask, ann: BrowserClient) -> None:
    phone = browser_of(app)
    assert phone.get_cookie(COOKIE, path="/account") is None
    assert sign_in(phone) == 303
    cookie = phone.get_cookie(COOKIE, path="/account")
    assert cookie is not None
    assert cookie.http_only
    assert ANN not in cookie.value


def test_a_letter_is_the_owners_way_out_on_a_new_browser(
    app: Flask, ann: BrowserClient, letters: Letterbox, clock: Clock
) -> None:
    for host in range(1, 12):
        guess(attacker(app, f"203.0.113.{host}"), 6)
    phone = browser_of(app)
    assert sign_in(phone) == 429
    ask(phone)
    phone.get(link_in(letters))
    assert phone.submit("/account/new-password", {"password": ANOTHER}).status_code == 303
    for host in range(20, 40):
        guess(attacker(app, f"203.0.113.{host}"), 6, ANN.upper())
    assert sign_in(phone, ANOTHER) == 303


def test_a_link_that_leads_nowhere_makes_no_browser_known(app: Flask, ann: BrowserClient) -> None:
    eve = attacker(app)
    eve.get("/account/reset/x")
    eve.submit("/account/new-password", {"password": ANOTHER})
    assert eve.get_cookie(COOKIE, path="/account") is None


def test_a_browser_stays_known_when_the_address_changes(app: Flask, ann: BrowserClient) -> None:
    new = "ann@elsewhere.example"
    assert ann.submit("/account/email", {"email": new}).status_code == 303
    ann.submit("/", to="/account/sign-out")
    for host in range(1, 12):
        guess(attacker(app, f"203.0.113.{host}"), 6, new)
    assert sign_in(ann, email=new) == 303


def test_a_known_browser_cannot_guess_for_ever_either(app: Flask, ann: BrowserClient) -> None:
    ann.submit("/", to="/account/sign-out")
    assert guess(ann, 20)[0] == 429


@pytest.mark.parametrize("path", ["/account/password", "/account/confirm", "/account/delete"])
def test_a_stolen_session_does_not_help_to_guess_the_password(app: Flask, ann: BrowserClient, path: str) -> None:
    page = "/account/data" if path == "/account/delete" else path
    for number in range(20):
        fields = {"present": f"not the password {number}", "password": f"not the password {number}"}
        answer = ann.submit(page, fields, to=path)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
