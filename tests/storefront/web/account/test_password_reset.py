import re
import time

import pytest
from flask import Flask

from storefront.accounts.reset_links import GOOD_FOR
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.web.account.test_auth import header_of, sign_in


def ask(client: BrowserClient, email: str = ANN) -> str:
    answer = client.submit("/account/reset", {"email": email})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def link_in(letters: Letterbox) -> str:
    found = re.search(r"http://127.0.0.1:8000(/account/reset/\S+)", letters.sent[-1].text)
    assert found
    return found[1]


def test_the_link_in_the_letter_leads_to_a_new_password(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    other = browser_of(app)
    ask(other)
    assert letters.sent[-1].to == ANN
    assert other.get(link_in(letters)).location == "/account/new-password"
    assert other.submit("/account/new-password", {"password": ANOTHER}).location == "/account/sign-in"
    assert sign_in(other, ANOTHER) == 303
    assert header_of(ann) == "Sign in"


def test_a_link_serves_once(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    other = browser_of(app)
    ask(other)
    link = link_in(letters)
    other.get(link)
    other.submit("/account/new-password", {"password": ANOTHER})
    other.get(link)
    assert other.get("/account/new-password").status_code == 410


def test_an_unknown_address_gets_the_same_page_and_no_letter(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    known, unknown = ask(browser_of(app)), ask(browser_of(app), "nobody@example.com")
    said = [
        re.sub(
            r'content="[^"]+"|(?<=name="token" )value="[^"]+"|(?<=name="form_id" )value="[^"]+"|\S+@example.com',
            "",
            page,
        )
        for page in (known, unknown)
    ]
    assert said[0] == said[1]
    assert [letter.to for letter in letters.sent] == [ANN]


@pytest.mark.parametrize("token", ["x", "WyJhMSIsIngiXQ.aaaaaa.bbbbbb", "%00"])
def test_a_forged_link_opens_nothing(client: BrowserClient, token: str) -> None:
    client.get(f"/account/reset/{token}")
    assert client.get("/account/new-password").status_code == 410
    assert client.submit("/account/new-password", {"password": ANOTHER}).status_code == 410


def test_a_link_is_good_for_an_hour(
    app: Flask, ann: BrowserClient, letters: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = browser_of(app)
    ask(other)
    other.get(link_in(letters))
    later = time.time() + GOOD_FOR + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert other.get("/account/new-password").status_code == 410


def test_the_letter_names_the_shops_own_address_whatever_the_request_says(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    other = browser_of(app)
    other.environ_base["HTTP_HOST"] = "evil.example"
    other.environ_base["HTTP_ORIGIN"] = "http://evil.example"
    page = other.get("/account/reset").get_data(as_text=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    other.post("/account/reset", data={"token": token[1], "email": ANN})
    assert "evil" not in letters.sent[-1].text


def test_too_many_letters_are_not_sent(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    other = browser_of(app)
    codes = [other.submit("/account/reset", {"email": ANN}).status_code for _ in range(8)]
    assert codes[:5] == [200] * 5
    assert codes[-1] == 429
    assert len(letters.sent) == 5


def test_a_changed_password_is_told_by_letter(ann: BrowserClient, letters: Letterbox) -> None:
    ann.submit("/account/password", {"present": PASSWORD, "password": ANOTHER})
    assert (letters.sent[-1].to, letters.sent[-1].subject) == (ANN, "Your password was changed")
