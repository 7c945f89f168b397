"""A shop below a path: nothing of it leads out, whether the proxy before it takes the path off or not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec import structs

from connections.environment import InvalidSetting
from storefront.settings import StorefrontSettings, check_values
from storefront.visitor_state.visitors import COOKIE
from storefront.web.live.gate import PATH
from tests.storefront.browser_client import ORIGIN, BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher

LINKS = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
PAGES = ("/", "/products/mug", "/categories/mugs", "/search?q=mug", "/basket", "/orders", "/tour", "/account/sign-in")


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return structs.replace(settings, prefix="/shop")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("before", ["/shop", ""])
def test_all_that_a_page_names_is_below_the_path(client: BrowserClient, path: str, before: str) -> None:
    answer = client.get(before + path)
    assert answer.status_code == 200
    names = [name for name in LINKS.findall(answer.get_data(as_text=True)) if name.startswith("/")]
    assert len(names) > 10
    assert [name for name in names if not name.startswith("/shop/")] == []
    assert 'data-root="/shop"' in answer.get_data(as_text=True)


def test_styles_scripts_and_pictures_are_there(client: BrowserClient) -> None:
    page = client.get("/shop/").get_data(as_text=True)
    for name in re.findall(r'href="(/shop/static/[^"]+)"', page):
        assert client.get(name).status_code == 200


def test_the_path_alone_leads_to_the_home_page(client: BrowserClient) -> None:
    answer = client.get("/shop?language=de")
    assert (answer.status_code, answer.location) == (308, "/shop/?language=de")


@pytest.mark.parametrize("tls", [False, True])
def test_cookies_stay_below_the_path(app_config: dict[str, Any], settings: StorefrontSettings, tls: bool) -> None:
    from storefront import create_app

    app = create_app(app_config | {"SETTINGS": structs.replace(settings, tls=tls)})
    app.test_client_class = BrowserClient
    answer = app.test_client().get("/shop/")
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith(f"__Secure-{COOKIE}=" if tls else f"{COOKIE}=") for cookie in cookies)
    assert all("; Path=/shop" in cookie for cookie in cookies)


def test_forms_and_redirects_stay_there(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    token = client.token_on("/shop/products/mug")
    for path, back in (("/shop/products/mug", "/shop/products/mug"), ("/elsewhere", "/shop/products/mug")):
        answer = client.post(
            "/shop/products/mug/rating",
            data={"token": token, "stars": 4},
            headers={"Referer": f"{ORIGIN}{path}"},
        )
        assert (answer.status_code, answer.location) == (303, back)
    assert publisher.events


def test_whoever_must_sign_in_comes_back_to_the_page(client: BrowserClient) -> None:
    answer = client.get("/shop/account/profile")
    assert answer.location == "/shop/account/sign-in?next=/shop/account/profile"
    page = client.get(answer.location).get_data(as_text=True)
    assert "/shop/account/profile" in page


def test_what_others_read_names_the_path_once(client: BrowserClient, app: Flask) -> None:
    manifest = json.loads(client.get("/shop/manifest.webmanifest").data)
    assert (manifest["start_url"], manifest["scope"]) == ("/shop/", "/shop/")
    assert "<loc>http://localhost/shop/products/mug</loc>" in client.get("/shop/sitemaps/1.xml").get_data(as_text=True)
    assert f"Disallow: /shop{PATH}" in client.get("/shop/robots.txt").get_data(as_text=True)
    page = client.get("/shop/products/mug").get_data(as_text=True)
    assert '<link rel="canonical" href="http://localhost/shop/products/mug">' in page
    assert '<meta property="og:image" content="http://localhost/shop/pictures/picture0.svg">' in page


def test_it_is_the_path_of_the_public_address(tmp_path: Path) -> None:
    own = StorefrontSettings(home=tmp_path, address="https://example.org/our/shop/")
    assert (own.prefix, own.public_address) == ("/our/shop", "https://example.org")
    check_values(structs.replace(own, demo=True))
    with pytest.raises(InvalidSetting, match="give one of them"):
        check_values(StorefrontSettings(home=tmp_path, demo=True, address="https://example.org/our", prefix="/shop"))
    with pytest.raises(InvalidSetting, match="RIVERFRONT_ADDRESS has a path"):
        check_values(StorefrontSettings(home=tmp_path, demo=True, address="https://example.org/a b"))
