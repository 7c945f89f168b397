"""Orders of a hundred lines, one after the other, from one cookie and from many: each line counts as an event."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from infra.chaos.shop_client import PageAnswer, ShopClient, basket_in, field_in, token_in
from infra.programs.ports import free_port
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.product import Product, encode_product
from tests.storefront.running_shop import ShopProcess, publish_catalog, wait_until

LINES = keyspace.MAX_BASKET_LINES
THINGS = [ItemId(f"thing{number:03}") for number in range(LINES + 20)]
PER_SECOND, BURST, NETWORK_PER_SECOND = 5, 300, 10
ATTEMPTS = 12

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(empty_redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopProcess]:
    monkeypatch.setenv("RIVERFRONT_EVENTS_PER_SECOND", str(PER_SECOND))
    monkeypatch.setenv("RIVERFRONT_EVENTS_BURST", str(BURST))
    monkeypatch.setenv("RIVERFRONT_EVENTS_PER_ADDRESS", str(NETWORK_PER_SECOND))
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
        many = {item: encode_product(Product(item=item, title=item, price=195, category="all")) for item in THINGS}
        redis.hset(keyspace.catalog_products("v1"), mapping=many)
    process = ShopProcess(tmp_path, free_port(), empty_redis)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def stored(shop: ShopProcess) -> int:
    """How many events the shop has taken in."""
    return sum(len(spool.read_bytes().splitlines()) for spool in shop.home.glob("spool/*.jsonl"))


def fill(client: ShopClient, items: list[ItemId]) -> None:
    client.get("/basket")
    for start in range(0, len(items), 50):
        events = [
            {"kind": "cart_item_added", "event_id": str(uuid.uuid4()), "item": item}
            for item in items[start : start + 50]
        ]
        client.post_json("/interactions", {"events": events})


def order(client: ShopClient) -> PageAnswer:
    page = client.get("/basket/checkout").text
    fields = {name: field_in(page, name) for name in ("number", "mark")}
    return client.post_form("/basket/order", fields, token_in(page))


def again(client: ShopClient, answer: PageAnswer) -> PageAnswer:
    address = answer.location.partition("?")[0]
    return client.post_form(f"{address}/again", {}, token_in(client.get(address).text))


def test_one_cookie_cannot_order_more_lines_than_it_may_send_events(shop: ShopProcess) -> None:
    client, began = ShopClient(shop.address), time.monotonic()
    fill(client, THINGS[:LINES])
    first = order(client)
    assert first.status == 303, "one large order is welcome"

    answers = [answer for _ in range(ATTEMPTS // 2) for answer in (again(client, first), order(client))]

    refused = [answer for answer in answers if answer.status == 429]
    assert refused, "orders have an end"
    assert all(int(answer.retry_after) > 0 for answer in refused)
    assert "Try again" in refused[0].text or "try again" in refused[0].text
    assert stored(shop) <= BURST + PER_SECOND * (time.monotonic() - began)


def test_a_refused_order_stores_nothing_and_is_the_same_order_later(shop: ShopProcess) -> None:
    client = ShopClient(shop.address)
    fill(client, THINGS[:LINES])
    assert again(client, order(client)).status == 303
    before = stored(shop)

    refused = order(client)

    assert refused.status == 429
    assert "Your basket is saved" in refused.text
    assert stored(shop) == before
    assert len(basket_in(client.get("/basket").text)) == LINES
    fields = {name: field_in(refused.text, name) for name in ("number", "mark")}
    wait_until(lambda: client.post_form("/basket/order", fields, token_in(refused.text)).status == 303)
    assert client.get(f"/orders/{fields['number']}").status == 200
    assert stored(shop) == before + LINES


def test_cookies_of_one_network_cannot_order_more_together_than_it_may_send(shop: ShopProcess) -> None:
    began = time.monotonic()
    answers = []
    for _ in range(ATTEMPTS):
        client = ShopClient(shop.address)
        fill(client, THINGS[:LINES])
        if basket_in(client.get("/basket").text):
            answers.append(order(client))
    assert 429 in {answer.status for answer in answers} or len(answers) < ATTEMPTS
    assert stored(shop) <= keyspace.MINUTE * NETWORK_PER_SECOND + NETWORK_PER_SECOND * (time.monotonic() - began)


def test_an_order_has_no_more_lines_than_a_basket_and_no_more_of_an_item(shop: ShopProcess) -> None:
    client = ShopClient(shop.address)
    fill(client, THINGS)
    assert len(basket_in(client.get("/basket").text)) == LINES
    event = {"kind": "cart_item_added", "event_id": "e1", "item": THINGS[0], "quantity": 1_000}
    status, receipt = client.post_json("/interactions", event)
    assert (status, receipt["accepted"]) == (422, False)
    assert "at most 999" in receipt["reason"]
