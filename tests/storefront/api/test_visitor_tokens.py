"""Tokens of visitors: what they open, and all that is none."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Flask

from online_models.schema.events import VisitorIdentified
from online_models.schema.own_visitors import visitor_of
from storefront.api.keys.api_key import ApiKey, Scope
from storefront.api.keys.key_store import KeyStore
from storefront.api.keys.visitor_tokens import LEEWAY_SECONDS, LONGEST_SECONDS, signing_secret
from storefront.settings import StorefrontSettings
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import ANONYMOUS, a_list_for
from tests.storefront.api.test_gate import problem_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.manual_clock import ShiftedClock

OWN = "/visitors/customer-17/recommendations"
VIEW = {"kind": "item_viewed", "visitor": "customer-17", "item": "mug"}
Sign = Callable[..., str]


@pytest.fixture
def key(store: KeyStore) -> ApiKey:
    return store.create(Scope.BROWSER)[0]


@pytest.fixture
def secret(settings: StorefrontSettings, key: ApiKey) -> str:
    return signing_secret(settings.secret, key.name)


@pytest.fixture
def sign(key: ApiKey, secret: str) -> Sign:
    """Signs as a shop's server does; a claim of None is left out."""

    def signed(with_secret: str = secret, algorithm: str = "HS256", **claims: Any) -> str:
        all_claims = {"sub": "customer-17", "iss": key.name, "exp": int(time.time()) + 600} | claims
        kept = {name: value for name, value in all_claims.items() if value is not None}
        return jwt.encode(kept, with_secret, algorithm=algorithm)

    return signed


def test_a_token_opens_its_visitors_list_alone(app: Flask, sign: Sign, reader: MemoryServingReader) -> None:
    a_list_for(reader, "customer-17", "tote", "mug")
    page = ApiClient(app, sign())
    assert page.get(OWN).get_json()["items"][0]["item"] == "tote"
    assert page.get("/lists/trending?visitor=customer-17").status_code == 200
    for other in (
        "/visitors/customer-18/recommendations",
        "/lists/trending?visitor=customer-18",
        "/search?q=mug&visitor=x",
    ):
        assert problem_of(page.get(other)) == "other-visitor"
    assert problem_of(page.get("/visitors/customer-17/history")) == "wrong-scope"


def test_a_token_is_for_any_id_of_the_shops_own(app: Flask, sign: Sign, reader: MemoryServingReader) -> None:
    a_list_for(reader, "gid://shop/ü 1", "tote")
    answer = ApiClient(app, sign(sub="gid://shop/ü 1")).get("/visitors/gid%3A%2F%2Fshop%2F%C3%BC%201/recommendations")
    assert answer.get_json()["is_personal"]


def test_a_browsers_key_alone_opens_no_list_but_an_anonymous_one(page: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, ANONYMOUS, "tote")
    assert page.get(f"/visitors/{ANONYMOUS}/recommendations").get_json()["is_personal"]
    for other in ("customer-17", "anon-1", f"{ANONYMOUS}0", ANONYMOUS.upper()):
        assert problem_of(page.get(f"/visitors/{other}/recommendations")) == "other-visitor"


def test_events_are_taken_for_the_tokens_visitor_alone(app: Flask, sign: Sign, publisher: MemoryEventPublisher) -> None:
    page = ApiClient(app, sign())
    answer = page.post("/events", json=[VIEW, VIEW | {"visitor": "customer-18"}, VIEW | {"visitor": ANONYMOUS}])
    assert [result["status"] for result in answer.get_json()["results"]] == ["accepted", "refused", "refused"]
    assert {result.get("code") for result in answer.get_json()["results"]} == {None, "other_visitor"}
    assert [event.visitor for event in publisher.events] == ["customer-17"]


def test_a_browsers_key_alone_takes_events_of_anonymous_visitors(
    page: ApiClient, publisher: MemoryEventPublisher
) -> None:
    answer = page.post("/events", json=[VIEW | {"visitor": ANONYMOUS}, VIEW])
    assert [result["status"] for result in answer.get_json()["results"]] == ["accepted", "refused"]
    assert [event.visitor for event in publisher.events] == [ANONYMOUS]


def test_an_anonymous_visitor_turns_out_to_be_the_tokens(
    app: Flask, sign: Sign, page: ApiClient, publisher: MemoryEventPublisher
) -> None:
    merge = {"kind": "visitor_identified", "visitor": ANONYMOUS, "account": "customer-17"}
    signed_in = ApiClient(app, sign())
    assert signed_in.post("/events", json=merge).status_code == 202
    (event,) = publisher.events
    assert isinstance(event, VisitorIdentified)
    assert (event.visitor, event.account) == (visitor_of(ANONYMOUS), visitor_of("customer-17"))
    for client, said in (
        (page, merge),
        (signed_in, merge | {"account": "customer-18"}),
        (signed_in, merge | {"visitor": "customer-18"}),
    ):
        assert client.post("/events", json=said).status_code == 422
    assert len(publisher.events) == 1


def test_a_page_sends_its_key_in_a_body_of_plain_text(
    nobody: ApiClient, sign: Sign, publisher: MemoryEventPublisher
) -> None:
    body = json.dumps({"key": sign(), "visitor": "customer-17", "events": [{"kind": "item_viewed", "item": "mug"}]})
    answer = nobody.post("/events", data=body, content_type="text/plain;charset=UTF-8")
    assert answer.status_code == 202
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(publisher.events) == 1
    assert problem_of(nobody.post("/events", data=body, content_type="application/json")) == "no-key"
    for wrong in ("{", "[]", '{"key": 3}', body[:-1] + " " * 70_000 + "}"):
        assert problem_of(nobody.post("/events", data=wrong, content_type="text/plain")) == "no-key"


def test_a_servers_key_stands_in_no_body(nobody: ApiClient, store: KeyStore) -> None:
    body = json.dumps({"key": store.create(Scope.SERVER)[1], "events": [VIEW]})
    assert problem_of(nobody.post("/events", data=body, content_type="text/plain")) == "no-key"


def unsigned(claims: dict[str, Any], algorithm: str) -> str:
    header, payload = ({"alg": algorithm, "typ": "JWT"}, claims)
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload))
    return ".".join((*parts, ""))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": int(time.time()) - LEEWAY_SECONDS - 1}, "expired"),
        ({"exp": int(time.time()) + LONGEST_SECONDS + 20 * LEEWAY_SECONDS}, "ahead"),
        ({"exp": None}, "has no `exp`"),
        ({"exp": "soon"}, "valid value"),
        ({"exp": True}, "valid value"),
        ({"exp": float("nan")}, "ahead"),
        ({"exp": 1e400}, "ahead"),
        ({"nbf": int(time.time()) + 600}, "not valid yet"),
        ({"sub": None}, "has no `sub`"),
        ({"sub": ""}, "valid value"),
        ({"sub": "x" * 129}, "valid value"),
        ({"sub": "a\x00"}, "valid value"),
        ({"iss": None}, "`iss`"),
        ({"iss": "another"}, "`iss`"),
        ({"aud": "another"}, "valid value"),
        ({"with_secret": "guessed" * 8}, "Another secret"),
        ({"algorithm": "HS384"}, "HS256"),
        ({"algorithm": "HS512"}, "HS256"),
        ({"more": "x" * 5_000}, "too long"),
    ],
)
def test_what_is_no_token_opens_nothing(app: Flask, sign: Sign, claims: dict[str, Any], why: str) -> None:
    page = ApiClient(app, sign(**claims))
    for answer in (page.get(OWN), page.post("/events", json=VIEW)):
        assert problem_of(answer) == "invalid-token"
        assert why in answer.get_json()["detail"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "RS256", "", None])
def test_nothing_is_believed_without_a_signature(app: Flask, key: ApiKey, algorithm: str) -> None:
    claims = {"sub": "customer-17", "iss": key.name, "exp": int(time.time()) + 600}
    assert problem_of(ApiClient(app, unsigned(claims, algorithm)).get(OWN)) == "invalid-token"


@pytest.mark.parametrize(
    "text",
    ["..", "a.b.c", "e30.e30.e30", "e30.eyJpc3MiOlsiYSJdfQ.x", "[.].{", "\xff.\xff.\xff", f"e30.{'W1td' * 900}.x"],
)
def test_what_cannot_be_read_is_no_token(app: Flask, text: str) -> None:
    assert problem_of(ApiClient(app, text).get(OWN)) == "invalid-token"


def test_a_token_of_another_shop_opens_nothing(app: Flask, store: KeyStore, sign: Sign, secret: str) -> None:
    other, _ = store.create(Scope.BROWSER)
    assert problem_of(ApiClient(app, sign(iss=other.name)).get(OWN)) == "invalid-token"
    elsewhere = signing_secret("the secret of another Riverfront", other.name)
    assert problem_of(ApiClient(app, sign(elsewhere, iss=other.name)).get(OWN)) == "invalid-token"
    server, _ = store.create(Scope.SERVER)
    assert problem_of(ApiClient(app, sign(iss=server.name)).get(OWN)) == "invalid-token"


def test_a_token_ends_with_its_key(app: Flask, store: KeyStore, key: ApiKey, sign: Sign) -> None:
    store.revoke(key.name)
    assert problem_of(ApiClient(app, sign()).get(OWN)) == "invalid-token"


def test_a_token_ends_by_the_shops_clock(app: Flask, sign: Sign, app_clock: ShiftedClock) -> None:
    page = ApiClient(app, sign())
    assert page.get(OWN).status_code == 200
    app_clock.ahead = 600.0 + LEEWAY_SECONDS + 1
    assert problem_of(page.get(OWN)) == "invalid-token"
