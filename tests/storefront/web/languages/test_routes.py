"""Which language a page is in: by its address, by choice, by what the browser accepts, by the shop's setting."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from werkzeug.test import TestResponse

from connections.environment import InvalidSetting
from storefront import create_app
from storefront.settings import read_settings
from storefront.web.rendering.languages import COOKIE
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.browser_client import BrowserClient, browser_of

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}
ENGLISH = {"Accept-Language": "en-GB"}


def language_of(answer: TestResponse) -> str:
    page = answer.get_data(as_text=True)
    found = re.search(r'<html lang="(\w+)"', page)
    assert found, page
    assert ("Warenkorb" in page, "Basket" in page) == (found[1] == "de", found[1] == "en")
    return found[1]


def choose(client: BrowserClient, language: str, path: str = "/products/mug") -> TestResponse:
    form = {"token": client.token_on(path), "language": language}
    return client.post("/language", data=form, headers={"Referer": f"http://localhost{path}"})


def app_in(app_config: dict[str, Any], **settings: Any) -> Flask:
    app = create_app(app_config | {"SETTINGS": replace(app_config["SETTINGS"], **settings)})
    app.test_client_class = BrowserClient
    return app


def test_a_browser_gets_the_first_language_that_it_accepts_and_the_shop_has(client: BrowserClient) -> None:
    for accepted, language in (("de-AT", "de"), ("fr, de;q=0.5, en;q=0.4", "de"), ("en-US, de", "en"), ("fr", "en")):
        assert language_of(client.get("/", headers={"Accept-Language": accepted})) == language
    assert language_of(client.get("/")) == "en"


def test_a_choice_in_the_footer_counts_more_than_what_the_browser_accepts(client: BrowserClient) -> None:
    page = client.get("/products/mug", headers=ENGLISH).get_data(as_text=True)
    assert re.search(r'<button [^>]*form="language" name="language" value="de" lang="de">Deutsch</button>', page)
    assert re.search(r'value="en" lang="en" aria-current="true">English</button>', page)

    answer = choose(client, "de")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/mug")
    answer = client.get("/products/mug", headers=ENGLISH)
    assert language_of(answer) == "de"
    assert "1,95\xa0£" in answer.get_data(as_text=True)
    choose(client, "en")
    answer = client.get("/products/mug", headers=GERMAN)
    assert language_of(answer) == "en"
    assert "£1.95" in answer.get_data(as_text=True)


def test_a_choice_is_written_as_the_browsers_country_does(client: BrowserClient) -> None:
    choose(client, "de")
    page = client.get("/products/mug", headers={"Accept-Language": "en, de-AT;q=0.5"}).get_data(as_text=True)
    assert 'lang="de" dir="ltr" data-locale="de-AT"' in page
    assert "£\xa01,95" in page


def test_a_language_that_the_shop_has_not_cannot_be_chosen(client: BrowserClient) -> None:
    for language in ("fr", "", "../de", "x" * 5000):
        assert choose(client, language).status_code == 400
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, "fr")
    assert language_of(client.get("/")) == "en"


def test_the_choice_lasts_a_year_and_goes_over_tls_only_where_the_shop_does(app_config: dict[str, Any]) -> None:
    for is_secure in (True, False):
        client, site = app_in(app_config, tls=is_secure).test_client(), f"http{'s' * is_secure}://localhost"
        (cookie,) = [
            one
            for one in client.get("/?language=de", base_url=site).headers.getlist("Set-Cookie")
            if one.startswith(f"{COOKIE}=de;")
        ]
        assert {"HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) is is_secure


def test_who_asks_for_nothing_gets_the_language_of_the_setting(app_config: dict[str, Any]) -> None:
    client = browser_of(app_in(app_config, language="de"))
    assert language_of(client.get("/")) == "de"
    assert "1,95\xa0£" in client.get("/products/mug").get_data(as_text=True)
    assert language_of(client.get("/", headers=ENGLISH)) == "en"


def test_a_setting_without_texts_is_refused() -> None:
    for language in ("fr", "../translations/de", "DE"):
        with pytest.raises(InvalidSetting, match="RIVERFRONT_LANGUAGE"):
            read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_LANGUAGE": language})
    assert read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_LANGUAGE": "de"}).language == "de"


def test_an_address_that_names_a_language_is_in_it_and_counts_as_the_first_choice(client: BrowserClient) -> None:
    assert language_of(client.get("/products/mug?language=de", headers=ENGLISH)) == "de"
    assert language_of(client.get("/", headers=ENGLISH)) == "de"
    choose(client, "en")
    assert language_of(client.get("/products/mug?language=de", headers=ENGLISH)) == "de"
    assert language_of(client.get("/", headers=GERMAN)) == "en"
    assert choose(client, "de", "/products/mug?language=de&reviews=2").headers["Location"] == "/products/mug?reviews=2"


def varies_by(answer: TestResponse) -> set[str]:
    return set(re.split(", *", ",".join(answer.headers.getlist("Vary"))))


def test_no_cache_has_one_language_for_another(client: BrowserClient) -> None:
    pages = ("/", "/products/mug", "/categories/mugs", "/search?q=mug", "/basket", "/no-such-page")
    for path in (*pages, *pages):
        for headers, language in ((ENGLISH, "en"), (GERMAN, "de"), (ENGLISH, "en")):
            answer = client.get(path, headers=headers)
            assert language_of(answer) == language
            assert {"Accept-Language", "Cookie"} <= varies_by(answer)
            assert "public" not in answer.headers["Cache-Control"]
    words = client.get("/search/suggestions?q=mug", headers=GERMAN)
    assert {"Accept-Language", "Cookie"} <= varies_by(words)
    assert "1,95" in words.get_data(as_text=True)


def addresses_of(page: str) -> tuple[str, dict[str, str]]:
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    return canonical, dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))


@pytest.mark.parametrize("path", ["/", "/products/mug", "/categories/mugs"])
def test_each_language_of_a_page_has_an_address_for_search_engines(client: BrowserClient, path: str) -> None:
    bare = f"http://localhost{path}"
    others = {"en": bare, "de": f"{bare}?language=de", "x-default": bare}
    english = client.get(path, headers=ENGLISH).get_data(as_text=True)
    assert addresses_of(english) == (bare, others)
    for address, headers in ((path, GERMAN), (f"{path}?language=de", ENGLISH)):
        page = client.get(address, headers=headers).get_data(as_text=True)
        assert addresses_of(page) == (others["de"], others)
        assert f'<meta property="og:url" content="{others["de"]}">' in page


def test_the_bare_address_is_that_of_the_shops_own_language(app_config: dict[str, Any]) -> None:
    client = browser_of(app_in(app_config, language="de"))
    bare = "http://localhost/products/mug"
    others = {"en": f"{bare}?language=en", "de": bare, "x-default": bare}
    assert addresses_of(client.get("/products/mug").get_data(as_text=True)) == (bare, others)


def test_the_manifest_is_in_the_language_of_its_address(client: BrowserClient) -> None:
    page = client.get("/", headers=GERMAN).get_data(as_text=True)
    (address,) = re.findall(r'<link rel="manifest" href="([^"]+)">', page)
    manifest = json.loads(browser_of(client.application).get(address, headers=ENGLISH).data)
    assert (manifest["lang"], manifest["description"]) == ("de", "Der Geschenkeshop, der aus jedem Klick lernt.")


def test_emails_are_in_the_language_of_the_page(client: BrowserClient, letters: Letterbox) -> None:
    form = {"email": "anna@example.com", "password": "eine Laterne am Kai", "name": "Anna"}
    assert client.submit("/account/sign-up", form).status_code == 303
    token = client.token_on("/account/reset")
    other = browser_of(client.application)
    token = other.token_on("/account/reset")
    other.post("/account/reset", data={"token": token, "email": "anna@example.com"}, headers=GERMAN)
    (letter,) = [letter for letter in letters.sent if letter.to == "anna@example.com"]
    assert letter.subject == "Setzen Sie Ihr Passwort bei Riverfront zurück"
    assert "öffnen Sie innerhalb einer Stunde diesen Link:\nhttp" in letter.text


def test_forms_and_errors_are_answered_in_the_language_of_the_page(client: BrowserClient) -> None:
    answer = client.get("/no-such-page", headers=GERMAN)
    assert "<h1>Seite nicht gefunden</h1>" in answer.get_data(as_text=True)
    form = {"token": client.token_on("/account/sign-in"), "email": "nobody@example.com", "password": "wrong password"}
    page = client.post("/account/sign-in", data=form, headers=GERMAN).get_data(as_text=True)
    assert "E-Mail-Adresse oder Passwort ist falsch." in page
    expired = client.post("/basket/lines", data={"item": "mug"}, headers={**GERMAN, "Accept": "application/json"})
    assert expired.get_json()["error"].startswith("Dieses Formular ist abgelaufen.")


def test_the_page_brings_its_scripts_texts_and_those_of_operators_only_where_they_are_needed(
    app_config: dict[str, Any],
) -> None:
    client = browser_of(app_in(app_config, ops_open=True))

    def texts(path: str) -> dict[str, Any]:
        page = client.get(path, headers=GERMAN).get_data(as_text=True)
        found: dict[str, Any] = json.loads(page.split("data-texts>")[1].split("</script>")[0])["texts"]
        return found

    shop, operators = texts("/"), texts("/ops")
    assert shop["Because you viewed %(named)s"] == "Weil Sie %(named)s angesehen haben"
    assert shop["%(count)s product"] == ["%(count)s Artikel", "%(count)s Artikel"]
    assert "Learner not running" in operators
    assert "Learner not running" not in shop
