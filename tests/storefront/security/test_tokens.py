"""Passwords and signed tokens count for what they are, as they are, and for nothing else."""

import re
from pathlib import Path

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from storefront.accounts.account import email_key
from storefront.accounts.passwords import Passwords
from storefront.accounts.reset_links import ResetLinks
from storefront.security.known_devices import Devices
from storefront.visitor_state.visitors import COOKIE, VisitorCookies
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.stored import accounts_of
from tests.storefront.web.account.test_password_reset import ask, link_in

KEY = "0123456789abcdef" * 4


def test_a_token_of_one_kind_serves_no_other(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    ask(browser_of(app))
    token = link_in(letters).rpartition("/")[2]
    key = app.config["SECRET_KEY"]
    devices, visitors = Devices([key], secure=False), VisitorCookies(key, secure=False)
    assert devices.known({devices.cookie: token}, email_key(ANN)) is None
    assert visitors.read({COOKIE: token}) is None
    links = ResetLinks([key], accounts_of(app))
    assert links.read(token) == account
    content = URLSafeTimedSerializer([key], salt="reset").loads(token)
    for salt in ("device", "visitor", "cookie-session"):
        assert links.read(str(URLSafeTimedSerializer([key], salt=salt).dumps(content))) is None
    cookie = ann.get_cookie("riverfront_device", path="/account")
    assert cookie is not None
    assert links.read(cookie.value) is None
    assert visitors.read({COOKIE: cookie.value}) is None


def test_a_password_counts_as_it_was_typed() -> None:
    passwords = Passwords(memory_kib=64, passes=1)
    for typed in (
        "Seven Herons At Dusk",
        "x" * 100 + "1",
        " a lantern ",
        "naïve 🦀 crab",
        "'; DROP TABLE accounts; --",
    ):
        known = passwords.hash(typed)
        assert passwords.fits(known, typed)
        for other in (typed.swapcase(), typed[:-1], typed[:72], typed.strip(), f"{typed} "):
            assert other == typed or not passwords.fits(known, other), other


def test_passwords_are_hashed_at_the_advised_cost() -> None:
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", Passwords().hash("a lantern on the quay"))


def test_password_fields_are_masked_and_left_to_password_managers() -> None:
    templates = Path(__file__).parents[3] / "storefront" / "templates"
    scripts = "".join(path.read_text() for path in (templates.parent / "static" / "js").glob("*.js"))
    assert "onpaste" not in scripts
    assert not re.search(r"['\"]paste['\"]", scripts)
    seen = 0
    for template in templates.rglob("*.html"):
        text = template.read_text()
        assert "onpaste" not in text
        for kind, hint in re.findall(r'field\(form, "\w*(?:password|present)\w*", "([\w-]+)", "([\w-]*)"', text):
            seen += 1
            assert kind == "password", template
            assert hint in {"current-password", "new-password"}, template
    assert seen > 5
