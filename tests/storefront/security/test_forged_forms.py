"""No other site acts in a visitor's name: every route that takes a POST is walked, signed in and not."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.web.account.test_auth import header_of

EVENTS = "interactions.take"
VIEW = {"kind": "item_viewed", "item": "mug"}


def posts(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.methods and "POST" in rule.methods)


def path_of(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "mug", rule.rule)


def token_of(client: BrowserClient) -> str:
    return client.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/json"]
)
def test_who_is_signed_in_is_safe_from_forms_without_a_token_on_every_route(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher, kind: str
) -> None:
    before = list(publisher.events)
    walked = [rule for rule in posts(app) if rule.endpoint != EVENTS]
    assert len(walked) > 20
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for rule in walked:
        answer = ann.post(path_of(rule), data=b"", content_type=kind, headers=foreign)
        assert answer.status_code == 400, rule
    assert header_of(ann) == "Ann"
    assert publisher.events == before


@pytest.mark.parametrize("extra", ["", '; filename="a.txt"'])
def test_fields_without_a_name_are_refused_on_every_route(app: Flask, ann: BrowserClient, extra: str) -> None:
    body = f"--b\r\nContent-Disposition: form-data{extra}\r\n\r\nmug\r\n--b--\r\n".encode()
    for rule in posts(app):
        answer = ann.post(path_of(rule), data=body, content_type="multipart/form-data; boundary=b")
        assert 400 <= answer.status_code < 500, rule


def test_a_token_of_another_session_serves_no_route(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    stolen = token_of(bob)
    for rule in posts(app):
        answer = ann.post(path_of(rule), data={"token": stolen})
        assert answer.status_code == 400, rule
    assert header_of(ann) == "Ann"


def test_the_token_in_the_address_serves_no_route(app: Flask, ann: BrowserClient) -> None:
    for rule in posts(app):
        assert ann.post(f"{path_of(rule)}?token={token_of(ann)}").status_code == 400, rule


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_json_of_another_origin_is_refused(
    app: Flask, publisher: MemoryEventPublisher, headers: dict[str, str]
) -> None:
    client = browser_of(app)
    client.get("/")
    assert client.post("/interactions", json=VIEW, headers=headers).status_code == 403
    assert publisher.events == []


def test_json_that_does_not_say_where_it_comes_from_is_refused(app: Flask, publisher: MemoryEventPublisher) -> None:
    client = browser_of(app)
    del client.environ_base["HTTP_ORIGIN"]
    client.get("/")
    assert client.post("/interactions", json=VIEW).status_code == 403
    assert publisher.events == []


def test_no_get_changes_anything_of_an_account(app: Flask, ann: BrowserClient) -> None:
    for rule in app.url_map.iter_rules():
        if rule.methods and "GET" in rule.methods:
            ann.get(path_of(rule), query_string={"item": "mug", "stars": "5", "remove": "1", "done": "taste_reset"})
    assert header_of(ann) == "Ann"
    assert 'data-count="0"' in ann.get("/").get_data(as_text=True)


@pytest.mark.parametrize("body", ["0", "[]", "null", '{"email": 1}'])
def test_json_is_no_form(client: BrowserClient, body: str) -> None:
    headers = {"X-CSRFToken": client.token_on("/")}
    for path in ("/account/reset", "/account/sign-in", "/account/sign-up"):
        answer = client.post(path, data=body, content_type="application/json", headers=headers)
        assert answer.status_code == 415
