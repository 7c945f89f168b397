import re
import time

import pytest
from flask import Flask
from sqlalchemy import select

from online_models.schema.events import ItemId, VisitorForgotten, VisitorId
from storefront.database.connection import DatabaseDown
from storefront.database.tables import metadata
from storefront.events.form_id import new_form_id
from storefront.visitor_state.visitor_store import NotNow
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryViewed
from tests.storefront.stored import accounts_of, belongings_of, database_of, outbox_of
from tests.storefront.web.account.test_auth import header_of, sign_in


def visitor_of(app: Flask) -> VisitorId:
    account = accounts_of(app).find_by_email(ANN)
    assert account is not None
    return account.visitor


def busy(client: BrowserClient) -> None:
    """Leave something of everything."""
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    client.submit("/products/cup", {"stars": 4}, to="/products/cup/rating")
    client.submit("/products/bag", {}, to="/products/bag/dismissal")
    client.submit("/", {"item": "tote"}, to="/wishlist")
    client.submit("/account/profile", {"categories": ["mugs"]}, to="/account/preferences")


def test_the_export_holds_everything(app: Flask, ann: BrowserClient) -> None:
    busy(ann)
    answer = ann.submit("/account/data", to="/account/export")
    data = answer.get_json()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert data["account"]["email"] == ANN
    assert data["preferences"]["categories"] == ["mugs"]
    assert (data["basket"], data["stars"]) == ({"mug": 2}, {"cup": 4})
    assert [wish["item"] for wish in data["wish_list"]] == ["tote"]
    assert len(data["sign_ins"]) == 1
    assert all(entry["reason"] for entry in data["recommendations"])
    assert "password" not in answer.get_data(as_text=True)


def test_nothing_is_left_of_a_deleted_account(app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher) -> None:
    busy(ann)
    visitor = visitor_of(app)
    answer = ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    assert answer.location.startswith("/account/goodbye?receipt=")
    assert isinstance(publisher.events[-1], VisitorForgotten)
    assert publisher.events[-1].visitor == visitor
    outbox_of(app).relay()
    with database_of(app).begin() as connection:
        left = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    assert not any(left)
    assert header_of(ann) == "Sign in"
    assert sign_in(browser_of(app)) == 422


def test_a_deletion_gives_a_receipt_of_what_there_was_that_names_nobody(app: Flask, ann: BrowserClient) -> None:
    busy(ann)
    ann.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    ann.submit("/products/mug", {"stars": "5", "text": "Lovely."}, to="/products/mug/review")
    visitor = visitor_of(app)
    answer = ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete")

    page = ann.get(answer.location).get_data(as_text=True)
    rows = dict(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page))
    assert rows["Ratings"] == "2"
    assert rows["Reviews"] == rows["Products viewed"] == rows["Products on the wish list"] == "1"
    assert rows["Products in the basket"] == rows["Products marked as not interested"] == rows["Preferences"] == "1"
    assert "Orders" not in rows, "there were none"
    assert "What remains" in page
    address = re.search(r'href="(/account/receipt\?receipt=[^"]+)"', page)
    assert address is not None
    file = browser_of(app).get(address[1])
    assert file.headers["Content-Disposition"].startswith('attachment; filename="riverfront-erasure-')
    receipt = file.get_json()
    assert receipt["erased"]["ratings"] == 2
    assert receipt["erased_at"].startswith("20")
    assert len(receipt["remains"]) == 5
    for shown in (page, file.get_data(as_text=True)):
        assert ANN not in shown
        assert "Ann" not in shown
        assert visitor not in shown


def test_a_receipt_that_the_shop_did_not_sign_is_none(client: BrowserClient) -> None:
    assert "Receipt" not in client.get("/account/goodbye?receipt=WzEsIHt9XQ.made-up").get_data(as_text=True)
    assert client.get("/account/receipt?receipt=WzEsIHt9XQ.made-up").status_code == 404


def test_only_the_password_deletes_an_account(app: Flask, ann: BrowserClient) -> None:
    answer = ann.submit("/account/data", {"password": ANOTHER}, to="/account/delete")
    assert answer.status_code == 422
    assert "Incorrect password." in answer.get_data(as_text=True)
    assert header_of(ann) == "Ann"


class Unreachable(MemoryViewed):
    """A store that is down as long as its owner says so."""

    down = True

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        if self.down:
            raise NotNow("down")
        super().merge(source, target)

    def forget(self, visitor: VisitorId) -> None:
        if self.down:
            raise NotNow("down")
        super().forget(visitor)


@pytest.fixture
def fragile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Unreachable:
    """The store of views, from now on unreachable for moving and forgetting."""
    viewed = app.config["VIEWED"]
    viewed.__class__ = Unreachable  # the wired store itself turns fragile
    assert isinstance(viewed, Unreachable)
    monkeypatch.setattr(Unreachable, "down", True)
    return viewed


def test_a_deletion_that_cannot_reach_a_store_can_be_asked_again(
    app: Flask, ann: BrowserClient, fragile: Unreachable, publisher: MemoryEventPublisher
) -> None:
    busy(ann)
    answer = ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    assert answer.status_code == 503
    assert not any(isinstance(event, VisitorForgotten) for event in publisher.events)
    Unreachable.down = False
    assert ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete").status_code == 303
    assert isinstance(publisher.events[-1], VisitorForgotten)


def test_what_could_not_join_at_the_sign_in_joins_later_and_the_basket_at_once(
    app: Flask, client: BrowserClient, fragile: Unreachable
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    client.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD})
    visitor = visitor_of(app)
    assert belongings_of(app, visitor).basket == {ItemId("mug"): 2}
    assert fragile.read(visitor) == ()
    Unreachable.down = False
    client.get("/")
    assert fragile.read(visitor) == (ItemId("cup"),)
    assert belongings_of(app, visitor).basket == {ItemId("mug"): 2}, "joined once"


@pytest.fixture
def resting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not answer."""

    def fail(*_: object) -> None:
        raise DatabaseDown("down")

    for way in ("begin", "read"):
        monkeypatch.setattr(f"storefront.database.connection.Database.{way}", fail)


@pytest.mark.parametrize("path", ["/account/profile", "/account/devices", "/account/data"])
def test_while_the_database_is_down_accounts_rest(ann: BrowserClient, resting: None, path: str) -> None:
    answer = ann.get(path)
    assert answer.status_code == 503
    assert "This part of the shop isn’t available" in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"]


def test_while_the_database_is_down_pages_are_shown_and_forms_say_that_nothing_is_saved(
    ann: BrowserClient, resting: None, publisher: MemoryEventPublisher
) -> None:
    before = len(publisher.events)
    answer = ann.submit("/products/mug", {"item": "mug", "quantity": 7}, to="/basket/lines")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "nothing has changed" in page
    assert '<input type="hidden" name="quantity" value="7">' in page, "what was typed can be sent again"
    assert len(publisher.events) == before
    assert ann.get("/").status_code == 200
    basket = ann.get("/basket")
    assert basket.status_code == 503
    assert "We can’t show your basket right now" in basket.get_data(as_text=True)
    receipt = ann.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    assert receipt.get_json()["accepted"], "a view stores nothing, and is not refused"
    assert publisher.events[-1].visitor.startswith("a")


def test_a_form_that_failed_is_sent_again_from_the_page_that_says_so_and_counts_once(
    app: Flask, ann: BrowserClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseDown("down")

    form_id = new_form_id(time.time())
    with monkeypatch.context() as outage:
        outage.setattr("storefront.database.connection.Database.begin", fail)
        added = {"item": "mug", "quantity": 2, "form_id": form_id}
        page = ann.submit("/products/mug", added, to="/basket/lines").get_data(as_text=True)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split("<main")[1]))
    assert fields["form_id"] == form_id
    for _ in range(2):
        assert ann.post("/basket/lines", data=fields).status_code == 303
    assert belongings_of(app, visitor_of(app)).basket == {"mug": 2}


def test_while_the_database_is_down_a_sign_in_says_so(client: BrowserClient, resting: None) -> None:
    assert sign_in(client) == 503
    assert client.get("/account/sign-in").status_code == 200
