"""Two-step verification: on, at the sign-in, and off."""

import re

import pytest
from flask import Flask

from storefront.accounts.sign_ins import FRESH_FOR
from storefront.accounts.two_factor.recovery_codes import COUNT
from storefront.security.known_devices import COOKIE
from storefront.web.account.second_step import PENDING_SECONDS
from tests.storefront.accounts.factors import RECOVERY, SET_UP, STEP, App, codes_in, secret_in, turn_on
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.manual_clock import ShiftedClock
from tests.storefront.web.account.test_auth import header_of, sign_in
from tests.storefront.web.account.test_password_reset import ask, link_in


@pytest.fixture
def app_of_ann(ann: BrowserClient, letters: Letterbox) -> App:
    found = turn_on(ann)
    letters.sent.clear()
    return found


def first_step(app: Flask, password: str = PASSWORD, to: str = "") -> BrowserClient:
    """Return a browser in which the password was right."""
    client = browser_of(app)
    fields = {"email": ANN, "password": password, "next": to}
    answer = client.submit("/account/sign-in", fields)
    assert answer.location == STEP
    return client


def test_the_password_alone_signs_nobody_in(app: Flask, app_of_ann: App) -> None:
    client = first_step(app)
    assert header_of(client) == "Sign in"
    assert client.get("/account/profile").location.startswith("/account/sign-in")
    assert client.get_cookie(COOKIE, path="/account") is None, "nor is the browser the owner's"


def test_the_code_does_and_leads_to_the_page_that_was_wanted(app: Flask, app_of_ann: App) -> None:
    client = first_step(app, to="/basket")
    page = client.get(STEP).get_data(as_text=True)
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert client.submit(STEP, {"code": app_of_ann.code(1), "next": "/basket"}).location == "/basket"
    assert header_of(client) == "Ann"


def test_a_wrong_code_is_said_beside_the_field_and_a_used_one_is_wrong(app: Flask, app_of_ann: App) -> None:
    right = app_of_ann.code(1)
    wrong = "000000" if right != "000000" else "000001"
    for code, words in ((wrong, "isn’t right"), ("", "Enter the code"), ("1" * 30, "no more than 10")):
        client = first_step(app)
        answer = client.submit(STEP, {"code": code})
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True).split('id="code-error">')[1].split("</p>")[0]
        assert header_of(client) == "Sign in"
    assert first_step(app).submit(STEP, {"code": right}).status_code == 303
    assert first_step(app).submit(STEP, {"code": right}).status_code == 422


def test_without_the_first_step_there_is_no_second(app: Flask, app_of_ann: App) -> None:
    client = browser_of(app)
    for path in (STEP, RECOVERY):
        assert client.get(path).location == "/account/sign-in"
        assert client.submit(path, {"code": app_of_ann.code(1)}).location == "/account/sign-in"
    assert header_of(client) == "Sign in"


def test_the_first_step_lasts_ten_minutes_and_no_longer_than_its_password(
    app: Flask, ann: BrowserClient, app_of_ann: App, app_clock: ShiftedClock
) -> None:
    late, changed = first_step(app), first_step(app)
    ann.submit("/account/password", {"present": PASSWORD, "password": ANOTHER})
    assert changed.submit(STEP, {"code": app_of_ann.code(1)}).location == "/account/sign-in"
    app_clock.ahead += PENDING_SECONDS + 1
    assert late.submit(STEP, {"code": app_of_ann.code(1, app_clock())}).location == "/account/sign-in"


def test_a_recovery_code_signs_in_once_and_the_owner_is_told(app: Flask, app_of_ann: App, letters: Letterbox) -> None:
    client = first_step(app)
    assert client.submit(RECOVERY, {"code": app_of_ann.codes[0]}).location == "/account/profile"
    assert "You have 9 recovery codes left." in client.get("/account/profile").get_data(as_text=True)
    (letter,) = letters.sent
    assert (letter.to, letter.subject) == (ANN, "A recovery code was used")
    assert "Unused codes left: 9." in letter.text
    again = first_step(app).submit(RECOVERY, {"code": app_of_ann.codes[0]})
    assert again.status_code == 422
    assert "not one of your unused recovery codes" in again.get_data(as_text=True)


def test_turning_it_on_shows_the_codes_once_signs_others_out_and_tells_the_owner(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    other = browser_of(app)
    sign_in(other)
    before = ann.get_cookie("riverfront_session")
    found = turn_on(ann)
    after = ann.get_cookie("riverfront_session")
    assert len(set(found.codes)) == COUNT
    assert header_of(other) == "Sign in"
    assert header_of(ann) == "Ann"
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert [letter.subject for letter in letters.sent] == ["Two-step verification is on"]
    page = ann.get("/account/two-step").get_data(as_text=True)
    assert "10 unused codes left." in page
    assert not any(code in page for code in found.codes)
    assert ann.get(SET_UP).location == "/account/two-step"
    assert found.secret not in ann.get("/account/two-step").get_data(as_text=True)


def test_the_secret_is_shown_to_who_has_just_given_the_password_and_fetches_nothing(
    ann: BrowserClient, app_clock: ShiftedClock
) -> None:
    page = ann.get(SET_UP).get_data(as_text=True)
    secret = secret_in(page)
    assert f"secret={secret}" in page
    assert "<svg" in page.split('class="qr"')[1].split("</div>")[0]
    assert not re.search(r'(src|href)="https?:', page)
    assert secret_in(ann.get(SET_UP).get_data(as_text=True)) == secret
    app_clock.ahead += FRESH_FOR + 1
    assert ann.get(SET_UP).location == f"/account/confirm?next={SET_UP}"


def test_new_recovery_codes_replace_the_old_ones(
    app: Flask, ann: BrowserClient, app_of_ann: App, letters: Letterbox
) -> None:
    page = ann.submit("/account/two-step", to="/account/two-step/codes").get_data(as_text=True)
    codes = codes_in(page)
    assert len(codes) == COUNT
    assert [letter.subject for letter in letters.sent] == ["You have new recovery codes"]
    assert first_step(app).submit(RECOVERY, {"code": app_of_ann.codes[0]}).status_code == 422
    assert first_step(app).submit(RECOVERY, {"code": codes[0]}).status_code == 303


def test_turning_it_off_needs_the_password_and_tells_the_owner(
    app: Flask, ann: BrowserClient, app_of_ann: App, letters: Letterbox
) -> None:
    off = "/account/two-step/off"
    assert ann.submit(off, {"password": ANOTHER}).status_code == 422
    assert first_step(app)
    assert ann.submit(off, {"password": PASSWORD}).location == "/account/two-step"
    assert [letter.subject for letter in letters.sent] == ["Two-step verification is off"]
    assert sign_in(browser_of(app)) == 303
    assert ann.get(off).location == "/account/two-step"


def test_a_new_password_by_email_does_not_open_the_second_step(app: Flask, app_of_ann: App, letters: Letterbox) -> None:
    client = browser_of(app)
    ask(client)
    client.get(link_in(letters))
    assert client.submit("/account/new-password", {"password": ANOTHER}).location == "/account/sign-in"
    assert client.submit("/account/sign-in", {"email": ANN, "password": ANOTHER}).location == STEP
    assert header_of(client) == "Sign in"
    assert client.submit(STEP, {"code": app_of_ann.code(1)}).status_code == 303


def test_it_goes_with_the_account_and_is_in_its_export(ann: BrowserClient, app_of_ann: App) -> None:
    export = ann.submit("/account/data", to="/account/export").get_json()
    assert export["two_step_verification"]["recovery_codes_left"] == COUNT
    assert app_of_ann.secret not in str(export)
    assert ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete").status_code == 303
