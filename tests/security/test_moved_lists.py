"""Lists that everybody sees are attacked by events that go through all processes, and read by somebody else."""

from collections.abc import Iterator, Sequence

import pytest

from online_models.schema.events import ItemId
from tests.security.moved_shop import HOT, QUIET, USUAL, MovedShop, a_moved_shop, networks

pytestmark = pytest.mark.integration

ONE_NETWORK = "203.0.113.7"
COOKIES = 30


@pytest.fixture(scope="module")
def shop(
    kafka_servers: str, redis_url: str, process_redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MovedShop]:
    home = tmp_path_factory.mktemp("moved")
    with a_moved_shop(kafka_servers, redis_url, process_redis_url, home) as shop:
        for number, network in enumerate(networks(0, 12)):
            shop.visit(network, "item_viewed", *USUAL[:3], *HOT[number % 2 :: 2])
        shop.wait_until_learned()
        yield shop


def place_of(item: ItemId, listed: list[str]) -> int:
    return listed.index(item) if item in listed else len(listed)


def last_of(items: Sequence[ItemId], listed: list[str]) -> int:
    return max(place_of(item, listed) for item in items)


def test_thirty_cookies_of_one_network_move_neither_trending_nor_what_a_newcomer_sees(shop: MovedShop) -> None:
    target, control = QUIET[0], QUIET[1]
    before = shop.wait_for(lambda: shop.read()["trending"], lambda listed: set(HOT) <= set(listed[:12]))
    assert place_of(target, before) > last_of(HOT, before)

    for _ in range(COOKIES):
        shop.visit(ONE_NETWORK, "item_viewed", target)
    shop.wait_until_learned()
    # As many clients of as many networks do count. A list that has what they viewed has been made after the attack.
    for network in networks(100, COOKIES):
        shop.visit(network, "item_viewed", control)
    shop.wait_until_learned()
    after = shop.wait_for(
        lambda: shop.read()["trending"],
        lambda listed: place_of(control, listed) < min(place_of(item, listed) for item in HOT),
    )

    assert place_of(target, after) > last_of(HOT, after)
    newcomers = shop.read()["for_you"]
    assert place_of(target, newcomers) > last_of(HOT, newcomers)
    page = shop.open("/")
    on_page = {item: page.find(f'data-item="{item}"') for item in (*HOT, target)}
    assert min(on_page[item] for item in HOT) >= 0
    assert on_page[target] < 0 or on_page[target] > max(on_page[item] for item in HOT)


def test_one_cookie_moves_nothing_beside_a_product_however_often_it_comes_back(shop: MovedShop) -> None:
    product, target, control, *others = QUIET[2:9]
    path = f"/recommendations/{product}"
    for number, network in enumerate(networks(200, 2 * len(others))):
        shop.visit(network, "item_viewed", *USUAL[:3], product, others[number // 2])
    shop.wait_until_learned()
    before = shop.wait_for(lambda: shop.read(path)["goes_well_with"], lambda listed: set(others) <= set(listed))
    assert target not in before

    shop.visit(ONE_NETWORK, "item_viewed", *[product, target] * 25)
    shop.wait_until_learned()
    for network in networks(300, 8):
        shop.visit(network, "item_viewed", *USUAL[:3], product, control)
    shop.wait_until_learned()
    after = shop.wait_for(lambda: shop.read(path)["goes_well_with"], lambda listed: control in listed[:4])

    assert place_of(target, after) > last_of(others, after)
    assert [item for item in after if item in others] == [item for item in before if item in others]


def test_votes_of_one_network_without_an_account_top_nothing(shop: MovedShop) -> None:
    target, control = QUIET[10], QUIET[11]
    assert target not in shop.read()["top_rated"]

    for _ in range(COOKIES):
        shop.visit(ONE_NETWORK, "item_rated", target, stars=5)
    shop.wait_until_learned()
    for network in networks(400, 12):
        shop.visit(network, "item_rated", control, stars=5)
    shop.wait_until_learned()
    after = shop.wait_for(lambda: shop.read()["top_rated"], lambda listed: control in listed)

    assert target not in after
