"""Where the shop leads to: its own pages, and in letters its own address, whatever a request says."""

from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from msgspec.structs import replace

from storefront import create_app
from storefront.settings import StorefrontSettings
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of

FOREIGN = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "http:evil.example",
    "http://evil.example",
    "https:/evil.example",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "javascript:steal()",
    "data:text/html,<script>steal()</script>",
    "//localhost@evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/basket/..//evil.example",
    "/basket\r\nLocation: //evil.example",
]


def leads_home(location: str) -> bool:
    """Resolve an address as a browser does: a backslash is a slash, control characters and dots go."""
    seen = "".join(sign for sign in location if sign > " ").replace("\\", "/")
    return urlsplit(urljoin("http://localhost/account/sign-in", seen)).netloc == "localhost" and "\n" not in location


@pytest.mark.parametrize("target", FOREIGN)
def test_a_sign_in_leads_to_no_other_site(app: Flask, ann: BrowserClient, target: str) -> None:
    for asked in (target, quote(target), quote(quote(target, safe=""), safe="")):
        fields = {"email": ANN, "password": PASSWORD, "next": asked}
        assert leads_home(browser_of(app).submit("/account/sign-in", fields).headers["Location"])
        page = f"/account/sign-in?next={quote(asked, safe='')}"
        answer = browser_of(app).submit(page, {"email": ANN, "password": PASSWORD})
        assert leads_home(answer.headers["Location"])
        assert leads_home(ann.get(page).headers["Location"]), "who is signed in already"


@pytest.mark.parametrize("target", FOREIGN)
def test_no_other_place_that_leads_back_leads_to_another_site(ann: BrowserClient, target: str) -> None:
    confirmed = ann.submit("/account/confirm", {"password": PASSWORD, "next": target})
    assert leads_home(confirmed.headers["Location"])
    for before in (target, f"http://localhost{target}"):
        if "\r" not in before:
            answer = ann.post(
                "/products/mug/rating",
                data={"token": token_of(ann), "stars": "3"},
                headers={"Referer": before},
            )
            assert leads_home(answer.headers["Location"])


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/%2f..", "/\\evil.example", "//evil.example/.."])
def test_an_address_with_slashes_in_front_leads_to_no_other_site(client: BrowserClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert leads_home(answer.headers.get("Location", "/"))


@pytest.mark.parametrize("path", ["/search?q=", "/categories/mugs?page=1", "/static/js/shop.js", "/account"])
def test_a_forged_host_is_in_no_redirect(client: BrowserClient, path: str) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.headers.get("Location")) == (400, None), "not a name of the shop"
    answer = client.get(path, headers={name: value for name, value in headers.items() if name != "Host"})
    assert answer.status_code in {301, 302, 303}
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded", "X-Forwarded-Server"])
def test_a_letter_leads_to_the_address_of_the_settings_alone(
    app_config: dict[str, Any], settings: StorefrontSettings, ann: BrowserClient, letters: Letterbox, name: str
) -> None:
    app = create_app(app_config | {"SETTINGS": replace(settings, address="https://shop.example")})
    app.test_client_class = BrowserClient
    other = browser_of(app)
    said = {name: "host=evil.example" if name == "Forwarded" else "evil.example"}
    page = other.get("/account/reset", headers=said).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = other.post("/account/reset", data={"token": token, "email": ANN}, headers=said)
    assert answer.status_code == 200
    assert "https://shop.example/account/reset/" in letters.sent[-1].text
    assert "evil" not in letters.sent[-1].text


def token_of(client: BrowserClient) -> str:
    return client.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
