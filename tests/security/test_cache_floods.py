"""Requests whose every one looks new to a cache: the shop's memory does not grow by them."""

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psutil
import pytest

from tests.storefront.running_shop import DEADLINE, ITEMS, RunningShop

pytestmark = pytest.mark.integration

REQUESTS = 1_500
ROOM = 16 * 2**20
"""Bytes. Before the caches were bounded, these attacks took 45 to 80 MB."""

Request = tuple[str, dict[str, str]]


def memory_of(shop: RunningShop) -> int:
    """The bytes that the storefront's processes have in memory."""
    master = psutil.Process(shop.process.pid)
    return sum(process.memory_info().rss for process in (master, *master.children(recursive=True)))


def send(shop: RunningShop, requests: Iterator[Request]) -> set[int]:
    place = urlsplit(shop.address)
    statuses = set()
    with closing(http.client.HTTPConnection(place.netloc, timeout=DEADLINE)) as connection:
        for path, headers in requests:
            # As it is: a client library would tidy the path.
            connection.putrequest("GET", path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
    return statuses


@pytest.fixture
def version(shop: RunningShop) -> str:
    with closing(http.client.HTTPConnection(urlsplit(shop.address).netloc, timeout=DEADLINE)) as connection:
        connection.request("GET", "/")
        found = re.search(r"/static/(\w+)/js/", connection.getresponse().read().decode())
    assert found
    return found[1]


def dotted(version: str, number: int) -> Request:
    return f"/static/{version}/vendor/{number}/../socket.io.esm.min.js", {}


def doubled(version: str, number: int) -> Request:
    return f"/static/{version}/{'vendor/../' * (number % 300)}js/{'./' * (number % 7)}shop.js", {}


def named(version: str, number: int) -> Request:
    return f"/static/{version}/js/shop.js", {"Host": f"{number}.{'x' * 7_900}"}


def named_well(version: str, number: int) -> Request:
    return f"/static/{version}/js/shop.js", {"Host": f"{'a' * 60}.{number}.example"}


def speaking(_: str, number: int) -> Request:
    # Babel takes this for German, and each for another.
    return f"/products/{ITEMS[number % 40]}", {"Accept-Language": f"de@{number}{'x' * 3_000}"}


@pytest.mark.parametrize("attack", [dotted, doubled, named, named_well, speaking])
def test_addresses_hosts_and_languages_that_are_never_the_same_take_no_memory(
    shop: RunningShop, version: str, attack: Callable[[str, int], Request]
) -> None:
    honest = [dotted(version, 0), *((path, {}) for path in ("/", *(f"/products/{item}" for item in ITEMS)))]
    # What the first pages take, and what the allocator keeps of as many answers, is no growth.
    send(shop, (honest[number % len(honest)] for number in range(REQUESTS // 3)))
    before = memory_of(shop)
    send(shop, (honest[number % len(honest)] for number in range(REQUESTS)))
    baseline = memory_of(shop)

    statuses = send(shop, (attack(version, number) for number in range(1, REQUESTS + 1)))

    assert all(status < 500 for status in statuses)
    assert memory_of(shop) - baseline < max(0, baseline - before) + ROOM


def test_a_file_has_one_address(shop: RunningShop, version: str) -> None:
    assert send(shop, iter([(f"/static/{version}/js/shop.js", {})])) == {200}
    others = [dotted(version, 1), doubled(version, 9), (f"/static/{version}//js/shop.js", {})]
    for other in others:
        assert send(shop, iter([other])) <= {301, 302, 308, 404}
