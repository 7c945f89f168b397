from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from online_models.schema.events import CartItemAdded, CartItemRemoved, ItemId, ItemRated, ItemViewed
from storefront import create_app
from storefront.settings import StorefrontSettings
from storefront.visitor_state.belongings import Belongings
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.stored import belongings_of


def count_in(page: str) -> int:
    return int(page.split('data-count="')[1].split('"')[0])


def test_a_form_puts_a_product_into_the_basket(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    answer = client.post("/basket/lines", data={"item": "mug", "quantity": "3", "token": token})

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert count_in(page) == 3
    assert "£5.85" in page
    (event,) = publisher.events
    assert isinstance(event, CartItemAdded)
    assert (event.item, event.quantity, event.surface) == ("mug", 3, "product")


def test_adding_again_adds_up(client: FlaskClient, token: str) -> None:
    for _ in range(2):
        client.post("/basket/lines", data={"item": "mug", "quantity": "2", "token": token})
    assert count_in(client.get("/").get_data(as_text=True)) == 4


def test_a_line_can_be_changed_and_removed(client: FlaskClient, token: str, publisher: MemoryEventPublisher) -> None:
    client.post("/basket/lines", data={"item": "mug", "quantity": "3", "token": token})

    client.post("/basket/lines/mug", data={"quantity": "5", "token": token})
    assert count_in(client.get("/basket").get_data(as_text=True)) == 5
    client.post("/basket/lines/mug", data={"quantity": "1", "token": token})
    assert count_in(client.get("/basket").get_data(as_text=True)) == 1
    client.post("/basket/lines/mug", data={"quantity": "1", "remove": "1", "token": token})
    assert "Your basket is empty" in client.get("/basket").get_data(as_text=True)

    assert [type(event) for event in publisher.events] == [CartItemAdded, CartItemAdded, CartItemRemoved]
    assert publisher.events[1].quantity == 2  # type: ignore[attr-defined]  # just checked to be a CartItemAdded


def test_the_drawer_gets_lines_and_sum(client: FlaskClient, token: str) -> None:
    assert client.get("/basket/summary").get_json() == {"lines": [], "gone": 0, "subtotal": "£0.00"}
    client.post("/basket/lines", data={"item": "mug", "quantity": "2", "token": token})

    answer = client.get("/basket/summary")

    (line,) = answer.get_json()["lines"]
    assert line == {
        "item": "mug",
        "title": "Red Heart Mug",
        "picture": "/pictures/picture0.svg",
        "quantity": "2",
        "sum": "£3.90",
    }
    assert answer.get_json()["subtotal"] == "£3.90"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_script_gets_the_new_sums(client: FlaskClient, token: str) -> None:
    client.post("/basket/lines", data={"item": "mug", "quantity": "2", "token": token})
    client.post("/basket/lines", data={"item": "bag", "token": token})
    headers = {"Accept": "application/json"}

    changed = client.post("/basket/lines/mug", data={"quantity": "3", "token": token}, headers=headers).get_json()
    removed = client.post("/basket/lines/bag", data={"remove": "1", "token": token}, headers=headers).get_json()

    assert changed == {"count": 4, "quantity": 3, "sum": "£5.85", "subtotal": "£10.80"}
    assert removed == {"count": 3, "quantity": 0, "sum": "", "subtotal": "£5.85"}


def test_what_is_no_longer_sold_is_said_so_and_can_be_taken_out(
    client: FlaskClient, token: str, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    client.post("/basket/lines", data={"item": "mug", "token": token})
    del reader.catalog.products[ItemId("mug")]
    assert "no longer available" in client.get("/basket").get_data(as_text=True)

    assert client.post("/basket/lines/mug", data={"quantity": "3", "token": token}).status_code == 400
    assert client.post("/basket/lines/mug", data={"remove": "1", "token": token}).status_code == 303

    assert "Your basket is empty" in client.get("/basket").get_data(as_text=True)
    assert len(publisher.events) == 1, "taking it out says nothing of taste"


def test_the_basket_shows_what_was_viewed_lately(client: FlaskClient, token: str) -> None:
    for item in ("bag", "mug"):
        client.post("/interactions", data={"kind": "item_viewed", "item": item, "token": token})
    client.post("/basket/lines", data={"item": "mug", "token": token})
    shelf = client.get("/basket").get_data(as_text=True).split('data-surface="recently_viewed"')[1]
    assert "Recently viewed" in shelf
    assert 'data-item="bag"' in shelf
    assert 'data-item="mug"' not in shelf


def test_stars_are_taken_and_remembered(client: FlaskClient, token: str, publisher: MemoryEventPublisher) -> None:
    answer = client.post("/products/mug/rating", data={"stars": "4", "token": token})

    assert answer.status_code == 303
    assert "You gave 4 stars" in client.get("/products/mug").get_data(as_text=True)
    (event,) = publisher.events
    assert isinstance(event, ItemRated)
    assert event.stars == 4


def test_a_script_gets_json(client: FlaskClient, token: str) -> None:
    headers = {"Accept": "application/json"}
    added = client.post("/basket/lines", data={"item": "mug", "token": token}, headers=headers)
    rated = client.post("/products/mug/rating", data={"stars": "2", "token": token}, headers=headers)
    assert added.get_json() == {"count": 1}
    assert rated.get_json()["stars"] == 2


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/basket/lines", {"item": "mug"}),
        ("/basket/lines/mug", {"quantity": "1"}),
        ("/basket/order", {}),
        ("/products/mug/rating", {"stars": "5"}),
        ("/interactions", {"kind": "item_viewed", "item": "mug"}),
    ],
)
def test_a_form_without_the_visitors_token_changes_nothing(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher, path: str, data: dict[str, str]
) -> None:
    stranger = client.application.test_client()
    stranger.get("/")
    for forged in ({}, {"token": "x"}, {"token": token[:-4] + "AAAA"}):
        assert client.post(path, data=data | forged).status_code == 400
    assert stranger.post(path, data=data | {"token": token}).status_code == 400, "a token fits one visitor only"
    other_site = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(path, data=data | {"token": token}, headers=other_site).status_code == 400
    assert publisher.events == []


def test_without_scripts_a_view_is_counted_by_a_picture(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    assert '<noscript><img src="/interactions/view.gif?item=mug"' in client.get("/products/mug").get_data(as_text=True)

    assert client.get("/interactions/view.gif?item=mug").mimetype == "image/gif"
    client.get("/interactions/view.gif?item=mug", headers={"Sec-Fetch-Site": "cross-site"})
    client.get("/interactions/view.gif?item=mug", headers={"Sec-Purpose": "prefetch;prerender"})
    client.application.test_client().get("/interactions/view.gif?item=mug")

    (event,) = publisher.events
    assert isinstance(event, ItemViewed)


def test_a_form_that_is_sent_twice_counts_once_in_any_process(
    app: Flask, app_config: dict[str, Any], client: BrowserClient, token: str, publisher: MemoryEventPublisher
) -> None:
    page = client.get("/products/mug").get_data(as_text=True)
    form = {"item": "mug", "quantity": "2", "token": token, "form_id": form_id_in(page)}
    for _ in range(2):
        assert client.post("/basket/lines", data=form).status_code == 303
    other = create_app(app_config).test_client()
    for name in (COOKIE, "riverfront_session"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        other.set_cookie(name, cookie.value)
    assert other.post("/basket/lines", data=form).status_code == 303
    assert count_in(client.get("/basket").get_data(as_text=True)) == 2
    assert len({event.event_id for event in publisher.events}) == 1

    again = form | {"form_id": form_id_in(client.get("/products/mug").get_data(as_text=True))}
    client.post("/basket/lines", data=again)
    assert count_in(client.get("/basket").get_data(as_text=True)) == 4, "the form of another page is another one"


def test_a_change_of_quantity_that_is_sent_twice_is_one_event(
    client: BrowserClient, token: str, publisher: MemoryEventPublisher
) -> None:
    client.post("/basket/lines", data={"item": "mug", "quantity": "1", "token": token})
    form_id = form_id_in(client.get("/basket").get_data(as_text=True))
    for _ in range(2):
        client.post("/basket/lines/mug", data={"quantity": "5", "was": "1", "token": token, "form_id": form_id})
    assert count_in(client.get("/basket").get_data(as_text=True)) == 5
    ids = {event.event_id: event for event in publisher.events}
    assert [event.quantity for event in ids.values() if isinstance(event, CartItemAdded)] == [1, 4]


def test_without_redis_basket_and_stars_go_on(app_config: dict[str, Any], settings: StorefrontSettings) -> None:
    gone = {name: value for name, value in app_config.items() if name not in {"VIEWED", "LIMITS", "DELAYS"}}
    app = create_app(gone | {"SETTINGS": replace(settings, redis="redis://127.0.0.1:1/0")})
    app.test_client_class = BrowserClient
    client = browser_of(app)
    assert client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines").status_code == 303
    assert client.submit("/products/mug", {"stars": 4}, to="/products/mug/rating").status_code == 303
    assert belongings_of(app, client.anonymous()) == Belongings({ItemId("mug"): 2}, {ItemId("mug"): 4})


def form_id_in(page: str) -> str:
    return page.split('name="form_id" value="')[1].split('"')[0]
