"""Every route of the application is walked: its headers, its refusal of forged forms, its refusal of other names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from werkzeug.routing import Rule

from storefront import create_app
from storefront.app.factory import STATIC
from storefront.limits.limits import Limits
from storefront.security.headers import HEADERS, policy
from storefront.settings import StorefrontSettings
from tests.storefront.browser_client import ORIGIN, BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

EVENTS = "interactions.take"
"""Exempt from the token: a beacon cannot carry one. It checks where the browser says that it comes from."""


def path_of(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "mug", re.sub(r"<int:[^>]+>", "1", rule.rule))


def rules(app: Flask, method: str) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.methods and method in rule.methods)


def test_every_route_answers_with_every_header(app: Flask, client: BrowserClient) -> None:
    for rule in rules(app, "GET"):
        answer = client.get(path_of(rule))
        assert answer.status_code < 500, rule
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, rule
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe-eval" not in policy, rule
        if answer.mimetype == "text/html":
            assert "unsafe-inline" not in policy, rule
            # Swagger UI cleans what it writes by a library of its own.
            assert "require-trusted-types-for 'script'" in policy or rule.endpoint == "api_page.show", rule
            assert "frame-ancestors 'none'" in policy, rule


def test_no_page_that_is_for_one_person_is_kept(app: Flask, client: BrowserClient) -> None:
    private = [rule for rule in rules(app, "GET") if rule.rule.startswith(("/account", "/basket", "/orders", "/ops"))]
    assert len(private) > 5
    for rule in private:
        assert client.get(path_of(rule)).headers["Cache-Control"] == "no-store", rule


def test_no_post_of_any_route_is_taken_without_the_forms_token(app: Flask, client: BrowserClient) -> None:
    client.get("/")
    walked = [rule for rule in rules(app, "POST") if rule.endpoint != EVENTS]
    assert len(walked) > 5
    for rule in walked:
        for token in ({}, {"token": "forged"}):
            answer = client.post(path_of(rule), data=token)
            assert answer.status_code == 400, rule
            assert "This form has expired" in answer.get_data(as_text=True), rule


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_events_are_taken_from_the_shops_own_pages_alone(client: BrowserClient, headers: dict[str, str]) -> None:
    client.get("/")
    answer = client.post("/interactions", json={"kind": "item_viewed", "item": "mug"}, headers=headers)
    assert answer.status_code == 403


def test_nothing_but_forms_and_events_changes_anything(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def test_a_token_of_one_visitor_does_not_serve_another(app: Flask, token: str) -> None:
    other = browser_of(app)
    other.get("/")
    assert other.post("/basket/lines", data={"token": token, "item": "mug"}).status_code == 400


def made(settings: StorefrontSettings) -> Flask:
    app = create_app(
        {
            "SETTINGS": settings,
            "SERVING_READER": MemoryServingReader(),
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "LIMITS": Limits(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )
    app.test_client_class = BrowserClient
    return app


def test_behind_tls_browsers_are_told_to_stay_there_and_cookies_go_over_nothing_else(
    settings: StorefrontSettings,
) -> None:
    client = made(replace(settings, tls=True)).test_client()
    answer = client.get("/basket", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all({"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) for cookie in cookies)
    assert all(cookie.startswith("__Host-") for cookie in cookies)


def test_without_tls_nothing_is_promised(client: BrowserClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_a_request_for_another_name_is_refused(settings: StorefrontSettings) -> None:
    client = made(replace(settings, hosts=("shop.example",))).test_client()
    assert client.get("/", headers={"Host": "shop.example:8000"}).status_code == 200
    for host in ("evil.example", "shop.example.evil.example", ""):
        assert client.get("/account/sign-in", headers={"Host": host}).status_code == 400
    assert client.get("/", headers={"Host": "localhost"}).status_code == 200, "this machine may always ask"


@pytest.mark.parametrize("host", ["a b", "a\tb", "evil.example/path", "x" * 1_000, "<script>"])
def test_a_strange_host_is_no_error_of_the_shop(client: BrowserClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code in {200, 400}
    assert "<script>" not in answer.get_data(as_text=True)


def test_the_forwarded_host_is_not_believed_without_a_proxy(settings: StorefrontSettings) -> None:
    client = made(replace(settings, hosts=("shop.example",))).test_client()
    headers = {"Host": "shop.example", "X-Forwarded-Host": "evil.example"}
    assert client.get("/", headers=headers).status_code == 200
    headers = {"Host": "evil.example", "X-Forwarded-Host": "shop.example"}
    assert client.get("/", headers=headers).status_code == 400


def test_scripts_make_elements_of_text_in_one_place_only() -> None:
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|createContextualFragment|eval\("
    )
    found = {path.name for path in (STATIC / "js").glob("*.js") if sinks.search(path.read_text())}
    assert found == {"html.js"}


def test_templates_never_switch_escaping_off() -> None:
    for path in (Path(STATIC).parent / "templates").rglob("*.html"):
        text = path.read_text()
        assert "autoescape false" not in text, path
        assert not re.search(r"\|\s*safe\b", text), path


SCRIPT = "<script>alert(1)</script>"
BAD_TEXTS = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "' OR 1=1 --",
    "'; DROP TABLE accounts; --",
    "%00",
]


@pytest.mark.parametrize("text", BAD_TEXTS)
@pytest.mark.parametrize("path", ["/search", "/categories/mugs", "/account/sign-in", "/products/mug", "/"])
def test_whatever_an_address_says_is_text_and_nothing_else(client: BrowserClient, path: str, text: str) -> None:
    for name in ("q", "next", "page", "category", "sort"):
        page = client.get(path, query_string={name: text})
        assert page.status_code < 500
        shown = page.get_data(as_text=True)
        assert SCRIPT not in shown
        assert "<img src=x" not in shown


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_whatever_an_account_is_called_is_text_and_nothing_else(client: BrowserClient, text: str) -> None:
    fields = {"name": text, "email": "eve@example.com", "password": "a lantern on the quay"}
    answer = client.submit("/account/sign-up", fields)
    assert answer.status_code in {303, 422}
    for path in ("/", "/account/profile", "/account"):
        shown = client.get(path, follow_redirects=True).get_data(as_text=True)
        assert SCRIPT not in shown
        assert "<img src=x" not in shown
        assert "49" not in re.findall(r">\s*49\s*<", shown)


@pytest.mark.parametrize("name", ["../settings.py", "..%2fsettings.py", "%2e%2e/settings.py", "/etc/passwd", "....//x"])
@pytest.mark.parametrize("folder", ["/static", "/static/0000000000", "/pictures"])
def test_no_path_leads_out_of_the_served_folders(client: BrowserClient, folder: str, name: str) -> None:
    answer = client.get(f"{folder}/{name}")
    assert answer.status_code in {301, 302, 308, 404}
    assert b"root:" not in answer.data
    assert b"import os" not in answer.data


def test_a_made_up_session_is_nobodys(app: Flask) -> None:
    client = browser_of(app)
    client.set_cookie("riverfront_session", "eyJfdXNlcl9pZCI6ImExIn0.aaaa.bbbb")
    answer = client.get("/account/profile")
    assert answer.status_code == 303
    assert ORIGIN not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/account/sign-in")


@pytest.mark.parametrize("path", ["/", "/products/mug", "/categories/mugs", "/basket", "/none"])
def test_no_page_has_inline_script_or_style(client: BrowserClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert "style=" not in page
    assert "<style" not in page
    assert " onclick" not in page
    data = page.count('<script type="application/ld+json">')
    assert page.count("<script") - data == page.count('<script type="module" src="/static/')


def test_the_policy_never_repeats_a_strange_host() -> None:
    assert "ws://shop.example:8000" in policy("shop.example:8000")
    assert "evil" not in policy("evil; script-src *")
