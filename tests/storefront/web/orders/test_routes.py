import re

import pytest
from flask.testing import FlaskClient

from online_models.schema.events import ItemId, ItemPurchased
from storefront.database.connection import DatabaseDown
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the checkout's form."""
    return dict(re.findall(r'name="(token|number|mark)" value="([^"]+)"', page.split('action="/basket/order"')[1]))


def fill(client: FlaskClient, token: str, *items: str, quantity: int = 1) -> None:
    for item in items:
        client.post("/basket/lines", data={"item": item, "quantity": str(quantity), "token": token})


def checkout(client: FlaskClient) -> dict[str, str]:
    return fields_of(client.get("/basket/checkout").get_data(as_text=True))


def order(client: FlaskClient) -> str:
    """Order what lies in the basket and return the order's address."""
    return client.post("/basket/order", data=checkout(client)).headers["Location"].partition("?")[0]


def count_in(page: str) -> int:
    return int(page.split('data-count="')[1].split('"')[0])


def bought(publisher: MemoryEventPublisher) -> list[ItemPurchased]:
    return [event for event in publisher.events if isinstance(event, ItemPurchased)]


def test_the_checkout_says_plainly_what_it_is_and_what_it_comes_to(client: FlaskClient, token: str) -> None:
    fill(client, token, "mug", "bag", quantity=2)
    page = client.get("/basket/checkout").get_data(as_text=True)
    assert "no payment is taken and nothing is delivered" in page
    assert "£13.80" in page


def test_an_order_is_a_purchase_per_line_at_the_shops_own_price(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    fill(client, token, "mug", quantity=2)
    fill(client, token, "bag")

    answer = client.post("/basket/order", data=checkout(client))

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Thank you for your order" in page
    assert "£8.85" in page
    assert count_in(page) == 0
    assert [(e.item, e.quantity, e.price, e.surface) for e in bought(publisher)] == [
        ("mug", 2, 195, "basket"),
        ("bag", 1, 495, "basket"),
    ]
    (number,) = {event.order for event in bought(publisher)}
    assert f"/orders/{number}" in answer.headers["Location"]


def test_purchases_and_what_led_to_them_carry_one_digest_of_the_clients_network(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    fill(client, token, "mug", "bag")
    client.post("/basket/lines/mug", data={"quantity": "3", "token": token})
    address = order(client)
    client.post(f"{address}/again", data={"token": token})
    assert len(publisher.events) >= 7
    assert len({event.network for event in publisher.events}) == 1
    assert publisher.events[0].network is not None


def test_a_form_that_is_sent_twice_places_one_order(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    fill(client, token, "mug", "bag")
    form = checkout(client)

    first, second = (client.post("/basket/order", data=form).headers["Location"] for _ in range(2))

    assert first == second
    assert client.get("/orders").get_data(as_text=True).count('class="orders__one"') == 1
    assert len(bought(publisher)) == 2


def test_a_basket_filled_since_is_not_emptied_by_a_form_sent_again(client: FlaskClient, token: str) -> None:
    fill(client, token, "mug")
    form = checkout(client)
    client.post("/basket/order", data=form)
    fill(client, token, "bag")
    client.post("/basket/order", data=form)
    assert count_in(client.get("/basket").get_data(as_text=True)) == 1


def test_a_basket_that_changed_meanwhile_is_shown_again_and_not_ordered(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    fill(client, token, "mug")
    form = checkout(client)
    fill(client, token, "bag")

    answer = client.post("/basket/order", data=form)

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Your basket has changed" in page
    assert bought(publisher) == []
    assert client.post("/basket/order", data=fields_of(page)).status_code == 303


def test_what_is_no_longer_sold_is_not_ordered(
    client: FlaskClient, token: str, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    fill(client, token, "mug", "bag")
    del reader.catalog.products[ItemId("bag")]
    assert "no longer available" in client.get("/basket/checkout").get_data(as_text=True)
    address = order(client)
    assert [event.item for event in bought(publisher)] == ["mug"]
    assert count_in(client.get(address).get_data(as_text=True)) == 0


def test_an_empty_basket_orders_nothing(client: FlaskClient, token: str, publisher: MemoryEventPublisher) -> None:
    assert client.get("/basket/checkout").headers["Location"] == "/basket"
    form = {"token": token, "number": "AAAAA-00000", "mark": ""}
    assert client.post("/basket/order", data=form).headers["Location"] == "/basket"
    assert client.post("/basket/order", data={"token": token}).headers["Location"] == "/basket/checkout"
    assert publisher.events == []


def test_with_the_database_down_the_basket_is_kept_and_the_shop_says_so(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseDown("down")

    fill(client, token, "mug")
    form = checkout(client)
    with monkeypatch.context() as outage:
        for way in ("begin", "read"):
            outage.setattr(f"storefront.database.connection.Database.{way}", fail)
        assert "Reviews aren’t available right now" in client.get("/products/mug").get_data(as_text=True)
        answer = client.post("/basket/order", data=form)
        assert client.get("/orders").status_code == 503
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "Your basket is saved" in page
    assert fields_of(page)["number"] == form["number"], "sent again, it is the same order"
    assert bought(publisher) == []
    assert count_in(client.get("/").get_data(as_text=True)) == 1
    assert client.post("/basket/order", data=fields_of(page)).status_code == 303


def test_there_is_an_end_to_the_orders_of_one_day(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.orders.checkout.ORDERS_A_DAY", 2)
    for _ in range(2):
        fill(client, token, "mug")
        order(client)
    fill(client, token, "mug")
    answer = client.post("/basket/order", data=checkout(client))
    assert answer.status_code == 429
    assert count_in(answer.get_data(as_text=True)) == 1


def test_nobody_sees_anothers_order(client: FlaskClient, token: str) -> None:
    fill(client, token, "mug")
    address = order(client)
    assert client.get(address).status_code == 200
    stranger = client.application.test_client()
    theirs = stranger.get("/products/mug").get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/again", data={"token": theirs}).status_code == 404
    assert "You haven’t placed any orders yet" in stranger.get("/orders").get_data(as_text=True)


def test_anothers_number_cannot_be_taken(client: FlaskClient, token: str) -> None:
    fill(client, token, "mug")
    number = order(client).removeprefix("/orders/")
    stranger = client.application.test_client()
    theirs = stranger.get("/products/mug").get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    fill(stranger, theirs, "mug")
    answer = stranger.post("/basket/order", data=checkout(stranger) | {"number": number})
    assert answer.status_code == 409
    assert count_in(answer.get_data(as_text=True)) == 1


@pytest.mark.parametrize("path", ["/orders/none", "/orders/AAAAA-00000", "/orders?page=2", "/orders?page=0"])
def test_an_order_that_is_not_there_gets_a_designed_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.get_data(as_text=True)


def test_buying_again_fills_the_basket_with_what_is_still_sold(
    client: FlaskClient, token: str, reader: MemoryServingReader
) -> None:
    fill(client, token, "mug", "bag", quantity=3)
    address = order(client)
    del reader.catalog.products[ItemId("bag")]

    page = client.get(address).get_data(as_text=True)
    assert "No longer available" in page
    answer = client.post(f"{address}/again", data={"token": token})

    assert answer.headers["Location"] == "/basket"
    assert count_in(client.get("/basket").get_data(as_text=True)) == 3


def test_orders_are_listed_newest_first_in_pages(client: FlaskClient, token: str) -> None:
    addresses = []
    for _ in range(12):
        fill(client, token, "mug")
        addresses.append(order(client))
    first = client.get("/orders").get_data(as_text=True)
    second = client.get("/orders?page=2").get_data(as_text=True)
    assert re.findall(r'class="orders__link" href="([^"]+)"', first) == addresses[:1:-1]
    assert re.findall(r'class="orders__link" href="([^"]+)"', second) == addresses[1::-1]
    assert 'href="/orders?page=2"' in first
