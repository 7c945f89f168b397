import msgspec
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from online_models.schema.events import ItemId, PreferencesChanged
from storefront.accounts.preferences import AccountPreferences, Preferences
from tests.storefront.accounts.people import ANOTHER, BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.stored import database_of, outbox_of
from tests.storefront.web.account.test_auth import header_of, sign_in

WISHES = {"categories": ["mugs"], "min_price": "2", "max_price": "12.50"}


def test_what_is_declared_is_kept_and_told_to_the_models(
    app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    answer = ann.submit("/account/profile", WISHES, to="/account/preferences")
    assert answer.status_code == 303
    event = publisher.events[-1]
    assert isinstance(event, PreferencesChanged)
    assert (event.categories, event.min_price, event.max_price) == (("mugs",), 200, 1250)
    kept = AccountPreferences(database_of(app), outbox_of(app)).read(event.visitor)
    assert kept == Preferences(categories=("mugs",), min_price=200, max_price=1250)
    page = ann.get("/account/profile").get_data(as_text=True)
    assert 'value="mugs" checked' in page
    assert 'value="12.50"' in page
    assert "Saved." in page


def test_declaring_nothing_takes_back_what_was_declared(ann: BrowserClient, publisher: MemoryEventPublisher) -> None:
    ann.submit("/account/profile", WISHES, to="/account/preferences")
    ann.submit("/account/profile", {}, to="/account/preferences")
    event = publisher.events[-1]
    assert isinstance(event, PreferencesChanged)
    assert (event.categories, event.colours, event.min_price, event.max_price) == ((), (), None, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"min_price": "cheap"}, "amount, like 5 or 12.50"),
        ({"max_price": "-1"}, "amount, like 5 or 12.50"),
        ({"max_price": "1e9"}, "amount, like 5 or 12.50"),
        ({"min_price": "10", "max_price": "5"}, "isn’t lower than “From”"),
        ({"categories": "nowhere"}, "not a valid choice"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_kept_on_the_page(
    ann: BrowserClient, publisher: MemoryEventPublisher, fields: dict[str, str], words: str
) -> None:
    before = len(publisher.events)
    answer = ann.submit("/account/profile", fields, to="/account/preferences")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert all(f'value="{value}"' in page for name, value in fields.items() if "price" in name)
    assert len(publisher.events) == before


def test_the_colours_of_the_catalog_can_be_chosen(ann: BrowserClient, reader: MemoryServingReader) -> None:
    mug = reader.catalog.products[ItemId("mug")]
    reader.catalog.products[mug.item] = msgspec.structs.replace(mug, colour="red")
    assert 'name="colours" value="red"' in ann.get("/account/profile").get_data(as_text=True)
    assert ann.submit("/account/profile", {"colours": ["red"]}, to="/account/preferences").status_code == 303


def test_the_name_is_changed(ann: BrowserClient) -> None:
    assert ann.submit("/account/name", {"name": "Annabel  "}).status_code == 303
    assert header_of(ann) == "Annabel"


def test_the_address_is_changed_by_who_gave_the_password_just_now(app: Flask, ann: BrowserClient) -> None:
    assert ann.submit("/account/email", {"email": BOB}).status_code == 303
    other = browser_of(app)
    assert sign_in(other, email=BOB) == 303


def test_an_address_of_another_account_cannot_be_taken(app: Flask, ann: BrowserClient) -> None:
    browser_of(app).submit("/account/sign-up", {"email": BOB, "password": ANOTHER})
    answer = ann.submit("/account/email", {"email": BOB})
    assert answer.status_code == 422
    assert "can’t use this email address" in answer.get_data(as_text=True)


def test_later_the_password_is_asked_again_before_the_address_changes(app: Flask, ann: BrowserClient) -> None:
    with database_of(app).begin() as connection:
        connection.exec_driver_sql("UPDATE sign_ins SET confirmed_at = 0")
    asked = ann.get("/account/email")
    assert asked.location == "/account/confirm?next=/account/email"
    assert ann.submit(asked.location, {"password": ANOTHER}, to="/account/confirm").status_code == 422
    fields = {"password": PASSWORD, "next": "/account/email"}
    assert ann.submit(asked.location, fields, to="/account/confirm").location == "/account/email"
    assert ann.get("/account/email").status_code == 200


FORMS = {
    "/account/sign-up": ("name", "email", "password", "next"),
    "/account/sign-in": ("email", "password", "next"),
    "/account/reset": ("email",),
    "/account/name": ("name",),
    "/account/email": ("email",),
    "/account/password": ("present", "password"),
    "/account/confirm": ("password", "next"),
    "/account/preferences": ("categories", "colours", "min_price", "max_price"),
}
ODD = ("\x00", "\ud7ff", "٣", "1" * 300, "a@b.c", "<b>", "{{7*7}}", "%s", "'; --")
TEXT = st.text(max_size=60) | st.sampled_from(ODD)


@pytest.mark.parametrize("path", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=4, max_size=4))
def test_no_text_whatever_breaks_a_form(app: Flask, ann: BrowserClient, path: str, texts: list[str]) -> None:
    client = browser_of(app) if path in {"/account/sign-up", "/account/sign-in", "/account/reset"} else ann
    answer = client.submit("/basket", dict(zip(FORMS[path], texts, strict=False)), to=path)
    assert answer.status_code in {200, 303, 422, 429}


def test_names_are_escaped_wherever_they_stand(ann: BrowserClient) -> None:
    ann.submit("/account/name", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in ann.get("/account/profile").get_data(as_text=True)
