"""What is somebody else's cannot be seen, changed or taken by naming it."""

import re

import pytest
from flask import Flask

from online_models.schema.events import ItemId, VisitorId
from storefront.accounts.account import OPERATOR
from storefront.accounts.preferences import AccountPreferences
from tests.storefront.accounts.factors import turn_on
from tests.storefront.accounts.people import ANN, BOB
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.stored import accounts_of, belongings_of, database_of, outbox_of, sign_ins_of
from tests.storefront.web.account.test_auth import header_of

MUG = "/products/mug"


def visitor_of(app: Flask, email: str) -> VisitorId:
    account = accounts_of(app).find_by_email(email)
    assert account is not None
    return account.visitor


def order_of(client: BrowserClient) -> str:
    """Order a mug, and return the order's number."""
    client.submit(MUG, {"item": "mug"}, to="/basket/lines")
    page = client.get("/basket/checkout").get_data(as_text=True)
    fields = dict(re.findall(r'name="(number|mark)" value="([^"]+)"', page))
    location = client.submit("/basket/checkout", fields, to="/basket/order").headers["Location"]
    return location.removeprefix("/orders/").partition("?")[0]


def write(client: BrowserClient, text: str) -> None:
    assert client.submit(MUG, {"stars": "4", "text": text}, to=f"{MUG}/review").status_code == 303


def test_anothers_order_is_a_page_that_is_not_there(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    number = order_of(ann)
    for other in (bob, browser_of(app)):
        assert other.get(f"/orders/{number}").status_code == 404
        assert other.submit("/", to=f"/orders/{number}/again").status_code == 404
        assert number not in other.get("/orders").get_data(as_text=True)
        assert 'data-count="0"' in other.get("/").get_data(as_text=True)
    assert ann.get(f"/orders/{number}").status_code == 200


def test_an_order_of_an_operators_customer_is_not_the_operators(
    app: Flask, ann: BrowserClient, bob: BrowserClient
) -> None:
    number = order_of(ann)
    accounts_of(app).set_role(BOB, OPERATOR)
    assert bob.get(f"/orders/{number}").status_code == 404


def test_orders_from_before_the_sign_in_are_not_the_next_persons(app: Flask, ann: BrowserClient) -> None:
    number = order_of(ann)
    ann.submit("/", to="/account/sign-out")
    assert ann.get(f"/orders/{number}").status_code == 404


def test_a_form_cannot_say_whose_review_it_is(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    write(ann, "Ann's own words.")
    fields = {"stars": "1", "text": "Bob's words.", "visitor": visitor_of(app, ANN), "name": "Ann"}
    assert bob.submit(MUG, fields, to=f"{MUG}/review").status_code == 303
    page = browser_of(app).get(MUG).get_data(as_text=True)
    assert "Ann&#39;s own words." in page
    assert re.findall(r'class="review__name">(\w+)<', page).count("Bob") == 1


def test_only_an_operator_removes_anothers_words(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    write(ann, "Words that stay.")
    whose = {"visitor": visitor_of(app, ANN)}
    assert bob.submit(MUG, whose, to=f"{MUG}/review/removal").status_code == 403
    assert browser_of(app).submit(MUG, whose, to=f"{MUG}/review/removal").status_code == 403
    assert "Words that stay." in browser_of(app).get(MUG).get_data(as_text=True)
    accounts_of(app).set_role(BOB, OPERATOR)
    refused = bob.submit(MUG, whose, to=f"{MUG}/review/removal")
    assert refused.status_code == 403
    assert "Turn on two-step verification" in refused.get_data(as_text=True)
    turn_on(bob)
    assert bob.submit(MUG, whose, to=f"{MUG}/review/removal").status_code == 303
    assert "Words that stay." not in browser_of(app).get(MUG).get_data(as_text=True)


def test_the_export_is_of_ones_own_things_alone(app: Flask, ann: BrowserClient, bob: BrowserClient) -> None:
    number = order_of(ann)
    write(ann, "Words of Ann.")
    fields = {"visitor": visitor_of(app, ANN), "account": visitor_of(app, ANN), "email": ANN}
    answer = bob.submit("/account/data", fields, to="/account/export")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert BOB in text
    assert not any(word in text for word in (ANN, visitor_of(app, ANN), number, "Words of Ann"))


def test_the_export_holds_no_hash_and_no_token(app: Flask, ann: BrowserClient) -> None:
    text = ann.submit("/account/data", to="/account/export").get_data(as_text=True)
    account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    keys = [one.key for one in sign_ins_of(app).of(account.visitor, account.created_at)]
    assert not any(secret in text for secret in (account.password_hash, "argon2", *keys))


def test_anothers_browser_cannot_be_signed_out(ann: BrowserClient, bob: BrowserClient) -> None:
    (mark,) = re.findall(r"/account/devices/([0-9a-f]{16})/end", ann.get("/account/devices").get_data(as_text=True))
    assert bob.submit("/", to=f"/account/devices/{mark}/end").status_code == 404
    assert header_of(ann) == "Ann"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/products/cup/dismissal", {}),
        ("/account/recommendations/dismissed", {"item": "cup"}),
        ("/account/recommendations/forgotten", {"item": "mug"}),
        ("/account/recommendations/reset", {}),
        ("/products/mug/rating", {"stars": "1"}),
        ("/basket/lines/mug", {"remove": "1"}),
        ("/account/preferences", {"categories": "mugs"}),
        ("/account/name", {"name": "Mallory"}),
    ],
)
def test_no_form_acts_for_another_visitor_whomever_it_names(
    app: Flask, ann: BrowserClient, bob: BrowserClient, path: str, fields: dict[str, str]
) -> None:
    ann.submit(MUG, {"item": "mug"}, to="/basket/lines")
    whom = visitor_of(app, ANN)
    ann.submit(MUG, {"stars": "5"}, to="/products/mug/rating")
    app.config["VIEWED"].add(whom, ItemId("mug"))

    def state() -> tuple[object, ...]:
        account = accounts_of(app).find_by_email(ANN)
        preferences = AccountPreferences(database_of(app), outbox_of(app))
        kept = [app.config["VIEWED"].read(whom), preferences.read(whom), belongings_of(app, whom)]
        return account and account.name, *kept, ann.get("/recommendations").get_json()["for_you"]

    before = state()
    bob.submit(MUG, {"visitor": whom, "account": whom, **fields}, to=path)
    assert state() == before
