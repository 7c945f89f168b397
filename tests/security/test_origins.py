"""Pages over plain HTTP that act on a shop over HTTPS: whoever is on the way to the browser can write them."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from infra.chaos.shop_client import token_in
from storefront.security.own_origin import is_own_address
from tests.security.account_pages import a_running_shop
from tests.storefront.running_shop import DEADLINE, ITEMS

SHOP = "shop.example"
VIEW = json.dumps({"kind": "item_viewed", "item": ITEMS[0], "surface": "product"})


class Browser:
    """Asks as a browser on the other side of a TLS proxy does, and keeps the cookies."""

    def __init__(self, address: str, host: str, **forwarded: str) -> None:
        self._netloc, self._headers, self._cookies = urlsplit(address).netloc, {"Host": host, **forwarded}, ""

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        connection = HTTPConnection(self._netloc, timeout=DEADLINE)
        sent = {name.replace("_", "-"): value for name, value in (self._headers | headers).items()}
        connection.request(method, path, body, sent | {"Cookie": self._cookies})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        kept = dict(pair.split("=", 1) for pair in self._cookies.split("; ") if pair)
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            kept[name] = value
        self._cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
        connection.close()
        return answer.status, text

    def event(self, origin: str) -> int:
        return self.ask("POST", "/interactions", VIEW, Content_Type="application/json", Origin=origin)[0]

    def form(self, origin: str) -> int:
        token = token_in(self.ask("GET", f"/products/{ITEMS[0]}")[1])
        body = urlencode({"token": token, "item": ITEMS[0], "quantity": 1})
        sent = {"Content_Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": f"{origin}/"}
        return self.ask("POST", "/basket/lines", body, **sent)[0]

    def socket(self, origin: str) -> int:
        return self.ask("GET", "/socket.io/?EIO=4&transport=polling", Origin=origin)[0]


@pytest.fixture(params=["tls", "trusted proxy", "both"])
def browser(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> Iterator[Browser]:
    """A browser of a shop that is over HTTPS by its settings, by what its proxy says, or by both."""
    settings = {"HOSTS": SHOP, "TLS": str(int(request.param != "trusted proxy"))}
    forwarded = {}
    if request.param != "tls":
        settings["TRUSTED_PROXIES"] = "1"
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": SHOP}
    with a_running_shop(tmp_path, redis_url, **settings) as shop:
        browser = Browser(shop.address, SHOP, **forwarded)
        browser.ask("GET", "/")
        yield browser


@pytest.mark.integration
def test_no_page_over_plain_http_acts_on_a_shop_over_https(browser: Browser) -> None:
    for origin in (f"http://{SHOP}", f"http://{SHOP}:443", f"http://{SHOP}:80", f"https://{SHOP}:444", "null"):
        assert browser.event(origin) == 403, origin
        assert browser.form(origin) == 400, origin
        assert browser.socket(origin) >= 400, origin
    assert browser.event(f"https://{SHOP}") == 202
    assert browser.form(f"https://{SHOP}") == 303
    assert browser.socket(f"https://{SHOP}") == 200


def asked(base: str) -> Request:
    return Request(EnvironBuilder(base_url=base).get_environ())


@pytest.mark.parametrize(
    ("address", "base", "is_own"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example:443", "https://shop.example", True),
        ("https://SHOP.example/page?x=1", "https://shop.example", True),
        ("http://shop.example", "https://shop.example", False),
        ("http://shop.example:443", "https://shop.example", False),
        ("https://shop.example:8443", "https://shop.example", False),
        ("https://shop.example.evil.example", "https://shop.example", False),
        ("https://evil.example@shop.example", "https://shop.example", False),
        ("https://shop.example@evil.example", "https://shop.example", False),
        ("ftp://shop.example", "https://shop.example", False),
        ("null", "https://shop.example", False),
        ("", "https://shop.example", False),
        ("https://[", "https://shop.example", False),
        ("https://shop.example:x", "https://shop.example", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8000", False),
        ("http://[::1]:8000", "http://[::1]:8000", True),
    ],
)
def test_scheme_host_and_port_are_compared(address: str, base: str, is_own: bool) -> None:
    assert is_own_address(address, asked(base)) is is_own


def test_a_shop_that_does_not_know_that_it_is_over_https_takes_its_own_pages() -> None:
    assert is_own_address("https://shop.example", asked("http://shop.example"))
    assert not is_own_address("https://shop.example:8443", asked("http://shop.example"))
