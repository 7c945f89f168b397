"""What every answer of the shop has in common, and what no request gets out of it."""

import logging
import re

import pytest
from flask import Flask
from werkzeug.http import parse_options_header

from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient
from tests.storefront.security.test_headers import path_of, rules

TEXT = {"application/json": "", "image/svg+xml": "utf-8"}
"""Types that are text without being called so, and the characters that they have to name. JSON is UTF-8 by itself."""


def test_every_answer_names_its_type_and_text_its_characters(app: Flask, client: BrowserClient) -> None:
    for rule in rules(app, "GET"):
        answer = client.get(path_of(rule))
        if not answer.get_data():
            continue
        kind, options = parse_options_header(answer.headers["Content-Type"])
        if kind.startswith("text/") or TEXT.get(kind):
            assert options.get("charset", "").lower() == "utf-8", (rule, kind)


def test_trace_is_refused_and_repeats_nothing(app: Flask, client: BrowserClient) -> None:
    for rule in rules(app, "GET"):
        answer = client.open(path_of(rule), method="TRACE", headers={"X-Hush": "hush hush"})
        assert answer.status_code in {400, 405}, rule
        assert "hush hush" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/static/", "/static", "/static/js/", "/pictures/", "/pictures", "/products/"])
def test_no_folder_is_listed(client: BrowserClient, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert ".js" not in re.sub(r"<script[^>]*>|<link[^>]*>", "", answer.get_data(as_text=True))


def test_every_cookie_is_kept_from_scripts_and_other_sites(app: Flask, client: BrowserClient) -> None:
    answers = [client.get("/basket")]
    answers.append(client.submit("/account/sign-up", {"name": "Ann", "email": "a@b.example", "password": PASSWORD}))
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {"riverfront_visitor", "riverfront_session", "riverfront_device"} <= {
        cookie.partition("=")[0] for cookie in cookies
    }
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; ")), cookie


def test_every_download_has_a_name_of_the_shops_own(ann: BrowserClient) -> None:
    answer = ann.submit("/account/data", {}, to="/account/export")
    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="riverfront-\d{4}-\d\d-\d\d\.json"', disposition)


def test_a_refused_operators_page_is_logged(ann: BrowserClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="storefront"):
        assert ann.get("/ops").status_code == 403
    assert "Refused /ops to an account that is no operator's, from 127.0.0.1" in caplog.text
    assert ANN not in caplog.text
