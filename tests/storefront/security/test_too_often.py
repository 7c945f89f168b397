"""Whoever comes too often is told so by 429, and when to come back; under however many cookies they come."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from storefront.limits.event_allowance import EventAllowance
from storefront.limits.limits import REVIEW, SEARCH, SIGN_UP, SUGGEST, Limits
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.accounts.people import PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.manual_clock import Clock
from tests.storefront.stored import accounts_of

MUG = "/products/mug"


@pytest.fixture
def app_config(app_config: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """The shop while time stands still: nothing fills up again."""
    return app_config | {"LIMITS": Limits(clock=clock), "NOW": clock}


def assert_later(answer: TestResponse) -> None:
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def use_up(app: Flask, limit: object, key: str) -> None:
    while app.config["LIMITS"].allow(limit, key).allowed:
        pass


@pytest.mark.parametrize(("limit", "path"), [(SEARCH, "/search?q=mug"), (SUGGEST, "/search/suggestions?q=mug")])
def test_finding_is_bounded_for_a_network(app: Flask, client: BrowserClient, limit: object, path: str) -> None:
    use_up(app, limit, "127.0.0.1")
    assert_later(client.get(path))
    assert_later(client.get(path, headers={"Accept": "application/json"}))
    assert client.get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200
    assert client.get(MUG).status_code == 200, "the rest of the shop stays open"


def test_new_accounts_are_bounded_for_a_network(app: Flask) -> None:
    use_up(app, SIGN_UP, "127.0.0.1")
    client = browser_of(app)
    answer = client.submit("/account/sign-up", {"name": "Eve", "email": "eve@example.com", "password": PASSWORD})
    assert_later(answer)
    assert 'value="eve@example.com"' in answer.get_data(as_text=True)
    assert accounts_of(app).find_by_email("eve@example.com") is None


def test_reviews_are_bounded_for_an_account_and_what_was_typed_stays(app: Flask, ann: BrowserClient) -> None:
    answers = [
        ann.submit(MUG, {"stars": "5", "text": f"Words {number}."}, to=f"{MUG}/review")
        for number in range(REVIEW.count + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} == {303}
    assert_later(answers[-1])
    assert f"Words {REVIEW.count}.</textarea>" in answers[-1].get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/basket/lines", {"item": "mug"}),
        ("/basket/lines/mug", {"quantity": "2"}),
        ("/products/mug/rating", {"stars": "3"}),
        ("/products/mug/dismissal", {}),
        ("/products/mug/review", {"stars": "3", "text": "Typed."}),
        ("/wishlist", {"item": "mug"}),
        ("/wishlist/removals", {"item": "mug"}),
        ("/account/recommendations/dismissed", {"item": "mug"}),
        ("/account/recommendations/forgotten", {"item": "mug"}),
        ("/account/recommendations/reset", {}),
        ("/account/preferences", {"categories": "mugs"}),
        ("/interactions", {"kind": "item_viewed", "item": "mug"}),
    ],
)
def test_forms_count_as_events_of_the_network_whatever_cookie_they_bring(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher, path: str, fields: dict[str, str]
) -> None:
    allowance = EventAllowance(app.config["LIMITS"], app.config["SETTINGS"].events_per_address)
    while allowance.allow("127.0.0.1"):
        pass
    before = list(publisher.events)
    if not path.startswith(("/account/preferences", "/products/mug/review")):
        ann.delete_cookie(COOKIE)
    assert_later(ann.submit(MUG, fields, to=path))
    assert publisher.events == before


def test_a_visitor_who_sends_too_many_forms_is_told_when_to_come_back(client: BrowserClient) -> None:
    page = client.get(MUG).get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answers = [client.post(f"{MUG}/rating", data={"token": token, "stars": "3"}) for _ in range(140)]
    assert answers[0].status_code == 303
    assert_later(answers[-1])


def test_too_many_orders_are_told_when_to_come_back(
    app: Flask, client: BrowserClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.orders.checkout.ORDERS_A_DAY", 0)
    client.submit(MUG, {"item": "mug"}, to="/basket/lines")
    page = client.get("/basket/checkout").get_data(as_text=True)
    fields = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("number", "mark")}
    assert_later(client.submit("/basket/checkout", fields, to="/basket/order"))
