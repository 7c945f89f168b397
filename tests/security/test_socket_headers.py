"""Whatever Socket.IO's address answers carries the headers of all other answers; a basket is kept by no cache."""

import pytest
import requests

from storefront.security.headers import HEADERS
from tests.storefront.running_shop import DEADLINE, ITEMS, RunningShop

pytestmark = pytest.mark.integration

OPEN = "/socket.io/?EIO=4&transport=polling"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", OPEN),
        ("GET", "/socket.io/"),
        ("GET", "/socket.io/?EIO=3&transport=polling"),
        ("GET", f"{OPEN}&sid=nobodys"),
        ("POST", f"{OPEN}&sid=nobodys"),
        ("POST", OPEN),
        ("PUT", OPEN),
        ("OPTIONS", OPEN),
        ("GET", "/socket.io/?EIO=4&transport=pigeon"),
        ("GET", "/socket.io/?EIO=4&transport=websocket"),
        ("GET", f"{OPEN}&j=x"),
    ],
)
@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_every_answer_carries_every_header(shop: RunningShop, method: str, path: str, origin: str | None) -> None:
    with requests.Session() as browser:
        browser.get(shop.address, timeout=DEADLINE)
        for session in (browser, requests):
            headers = {"Origin": origin} if origin else {}
            answer = session.request(method, shop.address + path, headers=headers, timeout=DEADLINE)
            for name, value in HEADERS.items():
                assert answer.headers[name] == value
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
            if origin:
                assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_cache_keeps_a_basket(shop: RunningShop) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{shop.address}/basket", timeout=DEADLINE)
        token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
        form = {"token": token, "item": ITEMS[0], "quantity": "2"}
        asks = {"Accept": "application/json", "Origin": shop.address}
        added = browser.post(f"{shop.address}/basket/lines", form, headers=asks, timeout=DEADLINE)
        changed = browser.post(f"{shop.address}/basket/lines/{ITEMS[0]}", form, headers=asks, timeout=DEADLINE)
        checkout = browser.get(f"{shop.address}/basket/checkout", timeout=DEADLINE)
    assert (added.json(), changed.json()["count"]) == ({"count": 2}, 2)
    for answer in (page, added, changed, checkout):
        assert answer.headers["Cache-Control"] == "no-store"
