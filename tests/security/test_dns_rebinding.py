"""A name that is not the shop's, made to lead to it: the browser of whoever opens it reads nothing of the shop."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from infra.programs.ports import free_port
from storefront.security.headers import HEADERS
from tests.storefront.running_shop import DEADLINE, RunningShop, ShopProcess, publish_catalog

pytestmark = pytest.mark.integration

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
POLLING, WEBSOCKET = "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket"


def ask(address: str, path: str, host: str | None, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=DEADLINE)) as connection:
        connection.putrequest("GET", path, skip_host=True)
        for name, value in (({"Host": host} if host is not None else {}) | headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), answer.msg


@pytest.mark.parametrize(
    "path", ["/", "/basket", "/ops", "/metrics", "/pictures/p.svg", "/static/x", POLLING, WEBSOCKET]
)
def test_nothing_is_answered_under_anothers_name_in_the_demo_either(shop: RunningShop, path: str) -> None:
    port = urlsplit(shop.address).port
    for host in (f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example", "", "x" * 7_900):
        status, text, headers = ask(shop.address, path, host, **(UPGRADE if path == WEBSOCKET else {}))
        assert status == 400, host
        assert "does not answer to that name" in text, host
        assert headers["X-Content-Type-Options"] == HEADERS["X-Content-Type-Options"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "[::1]:{port}", "[0:0::1]"])
def test_this_machines_own_names_are_the_shops(shop: RunningShop, host: str) -> None:
    named = host.format(port=urlsplit(shop.address).port)
    assert ask(shop.address, "/", named)[0] == 200
    assert "that name" not in ask(shop.address, POLLING, named)[1]


def test_health_checks_come_by_any_name(shop: RunningShop) -> None:
    for path in ("/healthz", "/healthz/ready"):
        assert ask(shop.address, path, "10.1.2.3:8000")[0] == 200
    assert ask(shop.address, "/healthz/../basket", "evil.example")[0] == 400


@pytest.fixture
def open_shop(empty_redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopProcess]:
    """A shop at every address of this machine, with names of its own."""
    monkeypatch.setenv("RIVERFRONT_HOST", "0.0.0.0")
    monkeypatch.setenv("RIVERFRONT_ADDRESS", "https://shop.example")
    monkeypatch.setenv("RIVERFRONT_HOSTS", ".river.example, buch\N{LATIN SMALL LETTER U WITH DIAERESIS}.example:8000")
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    process = ShopProcess(tmp_path, free_port(), empty_redis)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def test_a_shop_answers_to_the_names_that_it_was_given(open_shop: ShopProcess) -> None:
    own = (
        "shop.example",
        "Shop.Example:443",
        "river.example",
        "a.b.river.example",
        "xn--buch-3ra.example",
        "192.168.1.5:80",
    )
    for host in own:
        assert ask(open_shop.address, "/", host)[0] == 200, host
    for host in (
        "evil.example",
        "shop.example.evil.example",
        "notriver.example",
        "1.2.3.4.evil.example",
        "shop.example@x",
    ):
        assert ask(open_shop.address, "/", host)[0] == 400, host
