import pytest
from flask import Flask
from sqlalchemy import select

from online_models.schema.events import ItemId, VisitorForgotten, VisitorId
from storefront.database.connection import DatabaseDown
from storefront.database.tables import metadata
from storefront.visitor_state.visitor_store import NotNow
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryVisitorNumbers
from tests.storefront.stored import accounts_of, database_of
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
    client.submit("/account/profile", {"categories": ["mugs"]}, to="/account/preferences")


def test_the_export_holds_everything(app: Flask, ann: BrowserClient) -> None:
    busy(ann)
    answer = ann.submit("/account/data", to="/account/export")
    data = answer.get_json()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert data["account"]["email"] == ANN
    assert data["preferences"]["categories"] == ["mugs"]
    assert (data["basket"], data["stars"]) == ({"mug": 2}, {"cup": 4})
    assert len(data["sign_ins"]) == 1
    assert all(entry["reason"] for entry in data["recommendations"])
    assert "password" not in answer.get_data(as_text=True)


def test_nothing_is_left_of_a_deleted_account(app: Flask, ann: BrowserClient, publisher: MemoryEventPublisher) -> None:
    busy(ann)
    visitor = visitor_of(app)
    answer = ann.submit("/account/data", {"password": PASSWORD}, to="/account/delete")
    assert answer.location == "/account/goodbye"
    assert isinstance(publisher.events[-1], VisitorForgotten)
    assert publisher.events[-1].visitor == visitor
    assert (app.config["BASKETS"].read(visitor), app.config["RATINGS"].read(visitor)) == ({}, {})
    with database_of(app).begin() as connection:
        left = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    assert not any(left)
    assert header_of(ann) == "Sign in"
    assert sign_in(browser_of(app)) == 422


def test_only_the_password_deletes_an_account(app: Flask, ann: BrowserClient) -> None:
    answer = ann.submit("/account/data", {"password": ANOTHER}, to="/account/delete")
    assert answer.status_code == 422
    assert "Incorrect password." in answer.get_data(as_text=True)
    assert header_of(ann) == "Ann"


class Unreachable(MemoryVisitorNumbers):
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
    """The basket's store, from now on unreachable for moving and forgetting."""
    baskets = app.config["BASKETS"]
    baskets.__class__ = Unreachable  # the wired store itself turns fragile
    assert isinstance(baskets, Unreachable)
    monkeypatch.setattr(Unreachable, "down", True)
    return baskets


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


def test_what_could_not_join_at_the_sign_in_joins_later(
    app: Flask, client: BrowserClient, fragile: Unreachable
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD})
    visitor = visitor_of(app)
    assert app.config["BASKETS"].read(visitor) == {}
    Unreachable.down = False
    client.get("/")
    assert app.config["BASKETS"].read(visitor) == {ItemId("mug"): 2}


@pytest.fixture
def resting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not answer."""

    def fail(*_: object) -> None:
        raise DatabaseDown("down")

    monkeypatch.setattr("storefront.database.connection.Database.begin", fail)


@pytest.mark.parametrize("path", ["/account/profile", "/account/devices", "/account/data"])
def test_while_the_database_is_down_accounts_rest(ann: BrowserClient, resting: None, path: str) -> None:
    answer = ann.get(path)
    assert answer.status_code == 503
    assert "This part of the shop isn’t available" in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"]


def test_while_the_database_is_down_the_shop_goes_on_for_whoever_is_signed_in(
    app: Flask, ann: BrowserClient, resting: None, publisher: MemoryEventPublisher
) -> None:
    answer = ann.submit("/products/mug", {"item": "mug", "quantity": 1}, to="/basket/lines")
    assert answer.status_code == 303
    assert publisher.events[-1].visitor.startswith("a")
    assert ann.get("/").status_code == 200


def test_while_the_database_is_down_a_sign_in_says_so(client: BrowserClient, resting: None) -> None:
    assert sign_in(client) == 503
    assert client.get("/account/sign-in").status_code == 200
