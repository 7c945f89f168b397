"""Who gets in, and what errors look like: for every route alike."""

import msgspec
import pytest
from flask import Flask

from storefront.api.application import create_api
from storefront.api.keys.api_key import LARGEST_BATCH, Scope
from storefront.api.keys.credentials import Credentials
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import VisitorTokens
from storefront.api.problems import TYPE_PREFIX, ProblemType
from storefront.api.route import Route
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import Hand


def problem_of(answer: object) -> str:
    assert answer.content_type == "application/problem+json"  # type: ignore[attr-defined]
    body = answer.get_json()  # type: ignore[attr-defined]
    assert body["status"] == answer.status_code  # type: ignore[attr-defined]
    assert body["instance"].startswith("/api/v1/")
    return str(body["type"]).removeprefix(TYPE_PREFIX)


def test_without_a_key_nothing_is_answered(nobody: ApiClient) -> None:
    answer = nobody.get("/lists/trending")
    assert problem_of(answer) == "no-key"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer rf_server_wrong", "Basic abc", "Bearer", "rf_server_x", "Bearer \xff"])
def test_a_wrong_key_is_no_key(nobody: ApiClient, header: str) -> None:
    assert problem_of(nobody.get("/lists/trending", headers={"Authorization": header})) == "no-key"


def test_what_is_not_there_is_a_problem(server: ApiClient) -> None:
    assert problem_of(server.get("/nothing")) == "not-found"
    assert problem_of(server.get("/lists//trending")) == "not-found"


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(server: ApiClient) -> None:
    answer = server.post("/lists/trending")
    assert problem_of(answer) == "wrong-method"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("cout=3", "cout"), ("count=none", "count"), ("count=0", "count"), ("count=1&count=2", "count")],
)
def test_a_wrong_parameter_is_named(server: ApiClient, query: str, field: str) -> None:
    answer = server.get(f"/lists/trending?{query}")
    assert problem_of(answer) == "invalid-parameter"
    assert answer.get_json()["field"] == field


def test_who_sends_too_much_is_told_when_to_come_back(store: KeyStore, ring: KeyRing, hand: Hand) -> None:
    route = Route(
        method="GET", path="/nothing", name="n", tag="t", summary="s", handle=lambda _: {}, scope=Scope.BROWSER
    )
    key, token = store.create(Scope.BROWSER, rate=1)
    app = create_api([route], Credentials(ring, VisitorTokens(ring, [])))
    client = ApiClient(app, token, prefix="")
    assert client.get("/nothing").status_code == 200
    ring.charge(key, LARGEST_BATCH - 1)
    refused = client.get("/nothing")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert refused.get_json()["type"].endswith("too-many-requests")
    hand.at += 1
    assert client.get("/nothing").status_code == 200


def test_an_answer_sets_no_cookie_and_has_the_headers_that_keep_it_safe(page: ApiClient) -> None:
    answer = page.get("/lists/trending")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_pages_of_other_origins_may_read_what_a_browsers_key_opens(page: ApiClient, nobody: ApiClient) -> None:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    preflight = nobody.open("OPTIONS", "/lists/trending", headers=asked)
    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
    answer = page.get("/lists/trending", headers={"Origin": "https://shop.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_key_with_origins_is_for_their_pages_alone(app: Flask, store: KeyStore) -> None:
    page = ApiClient(app, store.create(Scope.BROWSER, origins=["https://shop.example"])[1])
    assert page.get("/lists/trending", headers={"Origin": "https://shop.example"}).status_code == 200
    assert page.get("/lists/trending").status_code == 200, "no page at all"
    for other in ("https://evil.example", "http://shop.example", "null"):
        refused = page.get("/lists/trending", headers={"Origin": other})
        assert problem_of(refused) == "wrong-origin"
        assert refused.headers["Access-Control-Allow-Origin"] == "*", "its page may read why"


def test_the_shop_is_beside_it(client: object) -> None:
    assert client.get("/").status_code == 200  # type: ignore[attr-defined]
    assert client.get("/api/v12").status_code == 404  # type: ignore[attr-defined]


def test_every_kind_of_problem_has_a_status_and_a_title() -> None:
    for kind in ProblemType:
        assert 400 <= kind.status < 600
        assert kind.title
        assert msgspec.json.encode(kind.urn)
