"""Operators make, see and revoke keys of the API on their page; nobody else does, also where the figures are open."""

import re
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from storefront import create_app
from storefront.accounts.account import OPERATOR
from storefront.accounts.sign_ins import FRESH_FOR
from storefront.api.keys.api_key import Scope, digest_of
from storefront.api.keys.key_store import KeyStore
from storefront.settings import StorefrontSettings
from tests.storefront.accounts.factors import turn_on
from tests.storefront.accounts.people import ANN
from tests.storefront.browser_client import BrowserClient
from tests.storefront.manual_clock import ShiftedClock
from tests.storefront.stored import accounts_of, database_of

PAGE = "/ops/keys"
DEVICES = "/account/devices"
FIELDS = {"scope": "server", "label": "web shop", "rate": "500"}
TOKEN = re.compile(r"rf_(?:browser|server)_[0-9a-f]{48}")


@pytest.fixture
def operator(app: Flask, ann: BrowserClient) -> BrowserClient:
    turn_on(ann)
    accounts_of(app).set_role(ANN, OPERATOR)
    return ann


@pytest.fixture
def store(app: Flask) -> KeyStore:
    return KeyStore(database_of(app))


def test_a_key_is_made_shown_once_and_revoked(operator: BrowserClient, store: KeyStore) -> None:
    assert "None yet" in operator.get(PAGE).get_data(as_text=True)

    made = operator.submit(DEVICES, FIELDS, to=PAGE)
    assert made.headers["Cache-Control"] == "no-store"
    found = TOKEN.search(made.get_data(as_text=True))
    assert found
    (key,) = store.in_use()
    assert (key.digest, key.scope, key.label, key.rate) == (digest_of(found[0]), Scope.SERVER, "web shop", 500)

    listed = operator.get(PAGE).get_data(as_text=True)
    assert "web shop" in listed
    assert key.name in listed
    assert not TOKEN.search(listed)

    assert operator.submit(DEVICES, to=f"{PAGE}/{key.name}/revoke").location == PAGE
    assert store.in_use() == []
    assert "Key revoked." in operator.get(PAGE).get_data(as_text=True)
    assert operator.submit(DEVICES, to=f"{PAGE}/{key.name}/revoke").location == PAGE, "and again"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "all"},
        {"scope": ""},
        {"rate": "0"},
        {"rate": "100001"},
        {"rate": "many"},
        {"rate": ""},
        {"label": "x" * 81},
        {"origins": "https://shop.example"},
        {"scope": "browser", "origins": "shop"},
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    operator: BrowserClient, store: KeyStore, wrong: dict[str, str]
) -> None:
    answer = operator.submit(DEVICES, FIELDS | wrong, to=PAGE)
    assert answer.status_code == 422
    assert "field__error" in answer.get_data(as_text=True)
    assert store.in_use() == []


def test_a_browsers_key_names_the_pages_that_may_use_it(operator: BrowserClient, store: KeyStore) -> None:
    fields = FIELDS | {"scope": "browser", "origins": "https://shop.example  http://127.0.0.1:9000"}
    assert operator.submit(DEVICES, fields, to=PAGE).status_code == 200
    (key,) = store.in_use()
    assert key.origins == ("https://shop.example", "http://127.0.0.1:9000")


def test_a_shopper_is_refused(ann: BrowserClient, store: KeyStore) -> None:
    assert ann.get(PAGE).status_code == 403
    assert ann.submit(DEVICES, FIELDS, to=PAGE).status_code == 403
    assert store.in_use() == []


def test_open_figures_open_no_keys(app_config: dict[str, Any], settings: StorefrontSettings) -> None:
    client = create_app(app_config | {"SETTINGS": replace(settings, ops_open=True)}).test_client()
    assert client.get("/ops").status_code == 200
    assert client.get(PAGE).location == f"/account/sign-in?next={PAGE}"


def test_the_password_must_have_been_given_lately(operator: BrowserClient, app_clock: ShiftedClock) -> None:
    app_clock.ahead = FRESH_FOR + 1
    assert operator.get(PAGE).location == f"/account/confirm?next={PAGE}"


def test_a_form_of_another_site_makes_nothing(operator: BrowserClient, store: KeyStore) -> None:
    assert operator.post(PAGE, data=FIELDS).status_code in {400, 403}
    assert store.in_use() == []
