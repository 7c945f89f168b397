"""Where addresses are confirmed, a sign-up and a change of address wait until the link in a letter is opened."""

import re

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from msgspec.structs import replace
from werkzeug.test import TestResponse

from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorIdentified
from storefront.accounts.address_links import GOOD_FOR
from storefront.limits.limits import CHANGE, CONFIRM, SIGN_UP
from storefront.settings import StorefrontSettings
from storefront.visitor_state.belongings import Belongings
from tests.storefront.accounts.letterbox import Letterbox
from tests.storefront.accounts.people import ANN, ANOTHER, BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.manual_clock import ShiftedClock
from tests.storefront.stored import accounts_of, belongings_of, database_of
from tests.storefront.web.account.test_auth import header_of, sign_in
from tests.storefront.web.account.test_profile import TEXT

NEW = "ann@elsewhere.example"
OVER = "This link has expired"


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, confirm_addresses=True)


@pytest.fixture
def ann(app: Flask, client: BrowserClient, letters: Letterbox) -> BrowserClient:
    """A browser in which Ann has opened her account by the link."""
    sign_up(client)
    assert open_link(client, letters).status_code == 303
    letters.sent.clear()
    return client


def sign_up(client: BrowserClient, email: str = ANN, password: str = PASSWORD, **fields: str) -> str:
    answer = client.submit("/account/sign-up", {"name": "Ann Miller", "email": email, "password": password, **fields})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def path_in(letters: Letterbox, kind: str = "sign-up") -> str:
    (found,) = re.findall(rf"http://127.0.0.1:8000(/account/{kind}/\S+)", letters.sent[-1].text)
    return str(found)


def open_link(client: BrowserClient, letters: Letterbox, password: str = "") -> TestResponse:
    client.get(path_in(letters))
    return client.submit("/account/open", {"password": password} if password else {})


def ask_for(client: BrowserClient, email: str = NEW) -> str:
    answer = client.submit("/account/email", {"email": email})
    assert (answer.status_code, answer.location) == (303, "/account/profile")
    return client.get("/account/profile").get_data(as_text=True)


def link_to(letters: Letterbox, to: str) -> str:
    (letter,) = [letter for letter in letters.sent if letter.to == to]
    (found,) = re.findall(r"http://127.0.0.1:8000(/account/email/\S+)", letter.text)
    return str(found)


def address_of(client: BrowserClient) -> str:
    page = client.get("/account/profile").get_data(as_text=True)
    return page.split("<dt>Email</dt><dd>")[1].split("<")[0]


def has_account(app: Flask, email: str) -> bool:
    return accounts_of(app).find_by_email(email) is not None


def a_day_later(app: Flask) -> None:
    app.config["NOW"].ahead = GOOD_FOR + 1


def test_a_sign_up_waits_for_the_link_and_the_link_for_the_button(
    app: Flask, client: BrowserClient, letters: Letterbox
) -> None:
    page = sign_up(client)
    assert f"We’ve emailed {ANN}" in page
    assert header_of(client) == "Sign in"
    assert sign_in(browser_of(app)) == 422
    link = path_in(letters)
    assert browser_of(app).head(link).status_code == 303, "a machine that reads mail"
    client.get(link)
    assert "Create your account for" in client.get("/account/open").get_data(as_text=True)
    assert not has_account(app, ANN)
    assert client.submit("/account/open").location == "/account/profile"
    assert header_of(client) == "Ann"
    assert "Your account is ready." in client.get("/account/profile").get_data(as_text=True)
    assert sign_in(browser_of(app)) == 303


def test_the_letter_holds_nothing_that_a_stranger_may_have_typed(
    app: Flask, client: BrowserClient, letters: Letterbox
) -> None:
    sign_up(client, name="Buy now at evil.example")
    (letter,) = letters.sent
    assert letter.to == ANN
    assert not any(word in letter.text for word in ("evil", PASSWORD, "argon2"))
    with database_of(app).begin() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM address_links").all()
    token = path_in(letters).rpartition("/")[2]
    assert PASSWORD not in str(row)
    assert token not in str(row)


def test_what_was_done_before_joins_the_account_when_the_link_is_opened(
    app: Flask, client: BrowserClient, publisher: MemoryEventPublisher, letters: Letterbox
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    anonymous = client.anonymous()
    sign_up(client)
    client.submit("/products/cup", {"stars": 4}, to="/products/cup/rating")
    open_link(client, letters)
    (event,) = [event for event in publisher.events if isinstance(event, VisitorIdentified)]
    assert event.visitor == anonymous
    assert belongings_of(app, event.account) == Belongings({ItemId("mug"): 2}, {ItemId("cup"): 4})


@pytest.mark.parametrize(("target", "location"), [("/basket", "/basket"), ("//evil.example", "/account/profile")])
def test_the_link_leads_on_to_where_the_visitor_wished_to_go(
    client: BrowserClient, letters: Letterbox, target: str, location: str
) -> None:
    sign_up(client, next=target)
    client.get(path_in(letters))
    found = re.search(r'name="next" value="([^"]+)"', client.get("/account/open").get_data(as_text=True))
    assert client.submit("/account/open", {"next": found[1] if found else ""}).location == location


def test_in_another_browser_the_password_is_asked(app: Flask, client: BrowserClient, letters: Letterbox) -> None:
    """A stranger signs up for Ann's address. She opens the letter: an account whose password he knows is not hers."""
    sign_up(client, password=ANOTHER)
    phone = browser_of(app)
    answer = open_link(phone, letters)
    assert answer.status_code == 422
    assert "in another browser" in answer.get_data(as_text=True)
    answer = open_link(phone, letters, PASSWORD)
    assert answer.status_code == 422
    assert "not the password you chose" in answer.get_data(as_text=True)
    assert not has_account(app, ANN)
    assert open_link(phone, letters, ANOTHER).status_code == 303
    assert header_of(phone) == "Ann"


def test_guessing_the_password_of_a_link_soon_has_to_wait(
    app: Flask, client: BrowserClient, letters: Letterbox
) -> None:
    sign_up(client)
    guesser = browser_of(app)
    codes = [open_link(guesser, letters, f"a guess of the word {number}").status_code for number in range(8)]
    assert (codes[0], codes[-1]) == (422, 429)


def test_a_link_opens_an_account_once(app: Flask, client: BrowserClient, letters: Letterbox) -> None:
    sign_up(client)
    sign_up(client)
    links = [found for letter in letters.sent for found in re.findall(r"http://127.0.0.1:8000/\S+", letter.text)]
    open_link(client, letters)
    client.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    for link in links:
        other = browser_of(app)
        other.get(link.removeprefix("http://127.0.0.1:8000"))
        answer = other.submit("/account/open", {"password": PASSWORD})
        assert answer.status_code == 410
        assert OVER in answer.get_data(as_text=True)
    assert not has_account(app, ANN)


def test_a_link_is_good_for_a_day_and_then_forgotten(app: Flask, client: BrowserClient, letters: Letterbox) -> None:
    sign_up(client)
    a_day_later(app)
    assert open_link(client, letters).status_code == 410
    assert not has_account(app, ANN)
    sign_up(client, BOB)
    with database_of(app).begin() as connection:
        assert connection.exec_driver_sql("SELECT email FROM address_links").scalars().all() == [BOB]


@bounds(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_link_in_which_anything_was_changed_opens_nothing(
    app: Flask, client: BrowserClient, letters: Letterbox, data: st.DataObject
) -> None:
    if not letters.sent:
        sign_up(client)
    token = path_in(letters).rpartition("/")[2]
    signs = st.sampled_from("abcXYZ019-_.~")
    changed = data.draw(
        st.one_of(
            st.tuples(st.integers(0, len(token) - 1), signs).map(
                lambda at: token[: at[0]] + at[1] + token[at[0] + 1 :]
            ),
            st.integers(1, len(token) - 1).map(lambda length: token[:length]),
            st.text(signs, min_size=1, max_size=300).map(lambda more: token + more),
            st.text(signs, min_size=1, max_size=60),
        ).filter(lambda text: text != token and text.strip("."))
    )
    client.get(f"/account/sign-up/{changed}")
    assert client.get("/account/open").status_code == 410
    assert client.submit("/", to="/account/open").status_code == 410
    assert not has_account(app, ANN)


def test_a_sign_up_with_an_address_that_has_an_account_is_told_to_its_owner_alone(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    sign_up(browser_of(app), " ANN@example.com", ANOTHER)
    (letter,) = letters.sent
    assert (letter.to, letter.subject) == (ANN, "You already have a Riverfront account")
    assert "http://127.0.0.1:8000/account/sign-in" in letter.text
    assert "/account/sign-up/" not in letter.text
    assert sign_in(browser_of(app)) == 303


def test_an_address_that_got_an_account_meanwhile_has_one(
    app: Flask, client: BrowserClient, letters: Letterbox
) -> None:
    sign_up(client)
    bob = browser_of(app)
    sign_up(bob, BOB)
    open_link(bob, letters)
    account = accounts_of(app).find_by_email(BOB)
    assert account is not None
    accounts_of(app).set_email(account.visitor, ANN)
    del letters.sent[1:]
    answer = open_link(client, letters)
    assert answer.status_code == 410
    assert f"already an account for {ANN}" in answer.get_data(as_text=True)
    assert header_of(client) == "Sign in"


def test_a_letterbox_is_not_flooded_from_however_many_places(app: Flask, letters: Letterbox) -> None:
    codes = []
    for number in range(CONFIRM.count + 3):
        client = browser_of(app)
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        codes.append(client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD}).status_code)
    assert codes == [200] * CONFIRM.count + [429] * 3
    assert len(letters.sent) == CONFIRM.count


def test_a_network_sends_a_bounded_number_of_letters(app: Flask, letters: Letterbox) -> None:
    fields = [{"email": f"ann{number}@example.com", "password": PASSWORD} for number in range(SIGN_UP.count + 3)]
    answers = [browser_of(app).submit("/account/sign-up", one) for one in fields]
    assert answers[-1].status_code == 429
    assert len(letters.sent) <= SIGN_UP.count + 1


def test_an_address_stays_until_the_link_to_the_new_one_is_opened(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    assert f"We’ve emailed {NEW}" in ask_for(ann)
    assert [(letter.to, letter.subject) for letter in letters.sent] == [
        (NEW, "Confirm your new email address"),
        (ANN, "Request to change your email address"),
    ]
    assert ann.get(link_to(letters, NEW)).location == "/account/new-email"
    assert f"sign in with {NEW}" in ann.get("/account/new-email").get_data(as_text=True)
    assert address_of(ann) == ANN
    assert ann.submit("/account/new-email").location == "/account/profile"
    assert address_of(ann) == NEW
    assert (letters.sent[-1].to, letters.sent[-1].subject) == (ANN, "Your email address was changed")
    assert sign_in(browser_of(app), email=NEW) == 303
    assert ann.submit("/account/new-email").status_code == 410


def test_a_stranger_to_whose_address_the_link_went_does_nothing_with_it(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    """Ann has mistyped her address. Whoever has that letterbox must not get her account."""
    bob = browser_of(app)
    sign_up(bob, BOB)
    open_link(bob, letters)
    letters.sent.clear()
    ask_for(ann)
    link = link_to(letters, NEW)
    assert browser_of(app).get(link).location == f"/account/sign-in?next={link}"
    bob.get(link)
    assert bob.submit("/account/new-email").status_code == 410
    opened = browser_of(app)
    opened.get(link.replace("/email/", "/sign-up/"))
    assert opened.submit("/account/open", {"password": PASSWORD}).status_code == 410
    assert address_of(ann) == ANN


def test_who_signs_in_first_comes_back_to_the_link(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    ask_for(ann)
    phone = browser_of(app)
    asked = phone.get(link_to(letters, NEW)).location
    back = phone.submit(asked, {"email": ANN, "password": PASSWORD, "next": link_to(letters, NEW)}, "/account/sign-in")
    phone.get(back.location)
    assert phone.submit("/account/new-email").status_code == 303
    assert address_of(ann) == NEW


def test_a_new_password_ends_a_change_that_waits(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    ask_for(ann)
    ann.submit("/account/password", {"present": PASSWORD, "password": ANOTHER})
    ann.get(link_to(letters, NEW))
    assert ann.submit("/account/new-email").status_code == 410
    assert address_of(ann) == ANN


def test_of_several_changes_the_last_one_counts(ann: BrowserClient, letters: Letterbox) -> None:
    ask_for(ann)
    ask_for(ann, BOB)
    ann.get(link_to(letters, NEW))
    assert ann.submit("/account/new-email").status_code == 410
    ann.get(link_to(letters, BOB))
    assert ann.submit("/account/new-email").status_code == 303
    assert address_of(ann) == BOB


def test_a_change_is_good_for_a_day(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    ask_for(ann)
    a_day_later(app)
    ann.get(link_to(letters, NEW))
    assert ann.submit("/account/new-email").status_code == 410


def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(
    app: Flask, ann: BrowserClient, letters: Letterbox
) -> None:
    ask_for(ann)
    link = link_to(letters, NEW)
    bob = browser_of(app)
    sign_up(bob, NEW)
    open_link(bob, letters)
    ann.get(link)
    answer = ann.submit("/account/new-email")
    assert answer.status_code == 410
    assert "already an account for" in answer.get_data(as_text=True)
    assert address_of(ann) == ANN


def test_the_address_that_one_has_is_no_new_one(ann: BrowserClient, letters: Letterbox) -> None:
    answer = ann.submit("/account/email", {"email": ANN})
    assert answer.status_code == 422
    assert "already your email address" in answer.get_data(as_text=True)
    assert letters.sent == []


def test_changes_are_bounded_for_an_account_and_for_an_address(ann: BrowserClient, letters: Letterbox) -> None:
    answers = [ann.submit("/account/email", {"email": NEW}) for _ in range(CONFIRM.count + 1)]
    assert answers[-1].status_code == 429
    assert f'value="{NEW}"' in answers[-1].get_data(as_text=True)
    for number in range(CHANGE.count):
        last = ann.submit("/account/email", {"email": f"ann{number}@elsewhere.example"})
    assert last.status_code == 429


def test_the_export_names_the_address_that_waits(ann: BrowserClient) -> None:
    ask_for(ann)
    data = ann.submit("/account/data", to="/account/export").get_json()
    assert data["account"]["addresses_to_be_confirmed"] == [NEW]


@pytest.mark.parametrize("path", ["/account/sign-up", "/account/email", "/account/open"])
@bounds(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=4, max_size=4))
def test_no_text_whatever_breaks_a_form_of_these(
    app: Flask, app_clock: ShiftedClock, ann: BrowserClient, letters: Letterbox, path: str, texts: list[str]
) -> None:
    client = ann if path == "/account/email" else browser_of(app)
    if path == "/account/open":
        app_clock.ahead += keyspace.DAY  # nobody has sent anything lately
        sign_up(browser_of(app), BOB)
        client.get(path_in(letters))
    answer = client.submit("/basket", dict(zip(("email", "password", "name", "next"), texts, strict=True)), to=path)
    assert answer.status_code in {200, 303, 422, 429}


def test_a_deleted_account_leaves_no_link(app: Flask, ann: BrowserClient, letters: Letterbox) -> None:
    ask_for(ann)
    ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    with database_of(app).begin() as connection:
        assert connection.exec_driver_sql("SELECT * FROM address_links").all() == []
