"""Kafka is down, and the spool is full or its disk is: the shop can be browsed, and forms say what is the matter."""

import re
from typing import Any

import pytest
from flask import Flask

from online_models.schema.events import ItemPurchased, VisitorIdentified
from storefront.events.spool import NotStored, SpoolFailed, SpoolFull
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient
from tests.storefront.stored import outbox_of
from tests.storefront.troubled_publishers import FullPublisher

FORMS: list[tuple[str, dict[str, str]]] = [
    ("/basket/lines", {"item": "cup", "quantity": "7"}),
    ("/basket/lines/mug", {"quantity": "9"}),
    ("/basket/lines/mug", {"remove": "1"}),
    ("/products/mug/rating", {"stars": "4"}),
    ("/wishlist", {"item": "mug"}),
    ("/wishlist/removals", {"item": "mug"}),
    ("/account/recommendations/dismissed", {"item": "mug"}),
    ("/account/recommendations/forgotten", {"item": "mug"}),
    ("/account/recommendations/reset", {}),
]


@pytest.fixture(params=[SpoolFull("64 MiB wait"), SpoolFailed("no space left on device"), NotStored("slow")])
def error(request: pytest.FixtureRequest) -> NotStored:
    error: NotStored = request.param
    return error


@pytest.fixture
def publisher() -> FullPublisher:
    publisher = FullPublisher()
    publisher.error = None
    return publisher


def fields_in(page: str, action: str) -> dict[str, str]:
    """Return what the form of a page would send, as it is filled in."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page, re.S)
    assert form, page
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1]))


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_says_what_is_the_matter_changes_nothing_and_can_be_sent_again_as_it_was(
    client: BrowserClient, publisher: FullPublisher, error: NotStored, path: str, fields: dict[str, str]
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": "2"}, to="/basket/lines")
    before = client.get("/basket").get_data(as_text=True).count('value="2"')
    publisher.error = error

    for _ in range(150):
        answer = client.submit("/products/mug", fields, to=path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    page = answer.get_data(as_text=True)
    assert "We couldn’t save that right now" in page
    typed = fields_in(page, path)
    assert {name: typed[name] for name in fields} == fields
    assert client.get("/basket").get_data(as_text=True).count('value="2"') == before

    publisher.error = None
    told = len(publisher.events)
    assert client.post(path, data=typed).status_code == 303
    assert len(publisher.events) == told + 1


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_script_gets_the_same_in_json(
    client: BrowserClient, publisher: FullPublisher, error: NotStored, path: str, fields: dict[str, str]
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": "2"}, to="/basket/lines")
    form = {"token": client.token_on("/products/mug"), **fields}
    publisher.error = error
    answer = client.post(path, data=form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "We couldn’t save that right now" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "path",
    ["/", "/products/mug", "/basket", "/search?q=mug", "/account/recommendations", "/interactions/view.gif?item=mug"],
)
def test_pages_are_shown(client: BrowserClient, publisher: FullPublisher, error: NotStored, path: str) -> None:
    client.get("/")
    publisher.error = error
    assert client.get(path).status_code == 200


def test_a_review_comes_back_as_it_was_typed(ann: BrowserClient, publisher: FullPublisher, error: NotStored) -> None:
    publisher.error = error
    answer = ann.submit("/products/mug", {"stars": "4", "text": "Holds tea."}, to="/products/mug/review")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    page = answer.get_data(as_text=True)
    assert "We can’t save your review right now" in page
    assert "Holds tea." in page


def kinds_of(publisher: FullPublisher, kind: type[Any]) -> list[Any]:
    return [event for event in publisher.events if isinstance(event, kind)]


def test_an_order_is_placed_and_its_purchases_follow(
    app: Flask, client: BrowserClient, publisher: FullPublisher, error: NotStored
) -> None:
    for item in ("mug", "bag"):
        client.submit("/products/mug", {"item": item, "quantity": "1"}, to="/basket/lines")
    page = client.get("/basket/checkout").get_data(as_text=True)
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("token", "number", "mark")}  # type: ignore[index]  # it is there
    publisher.error = error

    answer = client.post("/basket/order", data=form)

    assert "thanks=1" in answer.headers["Location"]
    assert client.post("/basket/order", data=form).headers["Location"] == answer.headers["Location"]
    outbox_of(app).relay()
    assert kinds_of(publisher, ItemPurchased) == []
    assert outbox_of(app).count() == 2

    publisher.error = None
    outbox_of(app).relay()
    assert [event.item for event in kinds_of(publisher, ItemPurchased)] == ["mug", "bag"]
    assert outbox_of(app).count() == 0


def test_who_signs_in_is_signed_in_and_the_models_hear_of_it_later(
    app: Flask, client: BrowserClient, publisher: FullPublisher, error: NotStored
) -> None:
    client.get("/")
    publisher.error = error
    assert client.submit("/account/sign-up", {"email": ANN, "password": PASSWORD}).status_code == 303
    assert client.get("/account/profile").status_code == 200
    assert kinds_of(publisher, VisitorIdentified) == []
    publisher.error = None
    outbox_of(app).relay()
    assert len(kinds_of(publisher, VisitorIdentified)) == 1
