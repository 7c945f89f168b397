import pytest
from flask import Flask
from flask.testing import FlaskClient

from online_models.schema.events import ItemId, VisitorIdentified
from storefront.visitor_state.belongings import Belongings
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.stored import belongings_of


def sign_in(client: BrowserClient, password: str = PASSWORD, email: str = ANN) -> int:
    return client.submit("/account/sign-in", {"email": email, "password": password}).status_code


def header_of(client: FlaskClient) -> str:
    return client.get("/").get_data(as_text=True).split('class="header__name">')[1].split("<")[0]


def test_whoever_signs_up_is_signed_in(ann: BrowserClient) -> None:
    assert header_of(ann) == "Ann"
    assert ANN in ann.get("/account/profile").get_data(as_text=True)


def test_after_signing_out_the_browser_is_nobodys(ann: BrowserClient) -> None:
    assert ann.submit("/", to="/account/sign-out").status_code == 303
    assert header_of(ann) == "Sign in"
    assert ann.get("/account/profile").status_code == 303


def test_signing_in_again_brings_the_account_back(app: Flask, ann: BrowserClient) -> None:
    other = browser_of(app)
    assert sign_in(other) == 303
    assert header_of(other) == "Ann"


@pytest.mark.parametrize(("email", "password"), [(ANN, ANOTHER), ("nobody@example.com", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    app: Flask, ann: BrowserClient, email: str, password: str
) -> None:
    other = browser_of(app)
    answer = other.submit("/account/sign-in", {"email": email, "password": password})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Incorrect email or password." in page
    assert f'value="{email}"' in page
    assert password not in page


def test_an_address_has_one_account_however_it_is_typed(app: Flask, ann: BrowserClient) -> None:
    answer = browser_of(app).submit("/account/sign-up", {"email": " ANN@Example.com", "password": ANOTHER})
    assert answer.status_code == 422
    assert "You can’t use this email address" in answer.get_data(as_text=True)
    assert sign_in(browser_of(app)) == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "ann"}, "name@example.com"),
        ({"email": ""}, "name@example.com"),
        ({"email": f"{'a' * 250}@example.com"}, "254"),
        ({"name": "n" * 81}, "80"),
        ({"password": "short"}, "at least 10"),
        ({"password": ""}, "Choose a password"),
        ({"password": "x" * 257}, "no more than 256"),
        ({"password": "Password123!"}, "attackers try first"),
        ({"password": "ann@example.com"}, "doesn’t include your name"),
        ({"password": "ann miller 1"}, "doesn’t include your name"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client: BrowserClient, fields: dict[str, str], words: str) -> None:
    good = {"name": "Ann Miller", "email": ANN, "password": PASSWORD}
    answer = client.submit("/account/sign-up", good | fields)
    page = answer.get_data(as_text=True)
    (name,) = fields
    assert answer.status_code == 422
    assert words in page.split(f'id="{name}-error">')[1].split("</p>")[0]
    assert f'aria-describedby="{name}-error' in page
    assert page.count("autofocus") == 1


def test_the_session_is_another_one_after_the_sign_in(app: Flask, ann: BrowserClient) -> None:
    other = browser_of(app)
    other.get("/")
    before = other.get_cookie("riverfront_session")
    assert sign_in(other) == 303
    after = other.get_cookie("riverfront_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"


def test_the_cookie_of_before_the_sign_out_opens_nothing(app: Flask, ann: BrowserClient) -> None:
    kept = ann.get_cookie("riverfront_session")
    assert kept is not None
    ann.submit("/", to="/account/sign-out")
    thief = browser_of(app)
    thief.set_cookie("riverfront_session", kept.value)
    assert header_of(thief) == "Sign in"


def test_a_form_of_another_site_is_refused(app: Flask, ann: BrowserClient) -> None:
    other = browser_of(app)
    fields = {"email": ANN, "password": PASSWORD}
    assert other.post("/account/sign-in", data=fields).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    assert other.post("/account/sign-in", data=fields, headers=foreign).status_code == 400
    assert ann.post("/account/sign-out").status_code == 400
    assert header_of(ann) == "Ann"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_on_after_a_sign_in_stays_in_the_shop(app: Flask, ann: BrowserClient, target: str) -> None:
    fields = {"email": ANN, "password": PASSWORD, "next": target}
    assert browser_of(app).submit("/account/sign-in", fields).location == "/account/profile"


def test_a_page_that_asked_for_the_sign_in_is_come_back_to(app: Flask, ann: BrowserClient) -> None:
    other = browser_of(app)
    asked = other.get("/account/profile")
    assert asked.location == "/account/sign-in?next=/account/profile"
    fields = {"email": ANN, "password": PASSWORD, "next": "/basket"}
    assert other.submit(asked.location, fields, to="/account/sign-in").location == "/basket"


def test_what_was_done_before_joins_the_account(
    app: Flask, client: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    client.submit("/products/cup", {"stars": 4}, to="/products/cup/rating")
    client.submit("/", {"item": "bag"}, to="/wishlist")
    anonymous = client.anonymous()

    client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})

    (event,) = [event for event in publisher.events if isinstance(event, VisitorIdentified)]
    assert event.visitor == anonymous
    assert belongings_of(app, event.account) == Belongings(
        {ItemId("mug"): 2}, {ItemId("cup"): 4}, wished=(ItemId("bag"),)
    )
    assert belongings_of(app, anonymous) == Belongings()
    assert 'data-count="2"' in client.get("/").get_data(as_text=True)


def test_the_next_person_at_the_browser_is_somebody_else(client: BrowserClient) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    before = client.anonymous()
    client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD})
    client.submit("/", to="/account/sign-out")
    assert client.anonymous() != before
    assert 'data-count="0"' in client.get("/").get_data(as_text=True)


def test_baskets_add_up_at_the_sign_in(app: Flask, ann: BrowserClient) -> None:
    ann.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    other = browser_of(app)
    other.submit("/products/mug", {"item": "mug", "quantity": 3}, to="/basket/lines")
    sign_in(other)
    assert 'data-count="5"' in other.get("/").get_data(as_text=True)


@pytest.mark.parametrize("way", ["in", "out"])
def test_tabs_that_load_at_once_after_signing_in_or_out_have_forms_that_work(ann: BrowserClient, way: str) -> None:
    if way == "out":
        ann.submit("/account/profile", to="/account/sign-out")
    with ann.session_transaction() as session:
        token = session.get("token")
    assert token
    ann.get("/products/mug")
    with ann.session_transaction() as session:
        assert session["token"] == token
