"""A shop below a path, and one behind a proxy that swallows web sockets, in a real Chromium."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from redis import Redis

from infra.programs.ports import free_port
from tests.storefront.running_shop import (
    FOR_YOU,
    ITEMS,
    RunningShop,
    ShopProcess,
    click_card,
    items_of,
    learner_at,
    open_page,
    publish_catalog,
    visitor_of,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.integration]


@pytest.fixture
def shop_below(
    redis_url: str, process_redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningShop]:
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    process = ShopProcess(tmp_path_factory.mktemp("home"), free_port(), process_redis_url, RIVERFRONT_PREFIX="/shop")
    try:
        process.start()
        yield RunningShop(process, learner_at(redis_url))
    finally:
        process.stop()


def missed_by(page: Page) -> list[str]:
    """Note what the shop does not have, from now on."""
    missed: list[str] = []
    page.on("response", lambda answer: missed.append(answer.url) if answer.status >= 400 else None)
    return missed


def test_a_shop_below_a_path_is_a_whole_shop(browser: Browser, shop_below: RunningShop) -> None:
    context = browser.new_context(base_url=shop_below.address)
    page = open_page(context, "/shop/")
    missed = missed_by(page)
    view = click_card(page, shop_below, f"{FOR_YOU} .card__link")
    page.wait_for_url("**/shop/products/*")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1, "it is the same document"

    pushed = ITEMS[20:28]
    shop_below.push(visitor_of(page), pushed, view)
    wait_until(lambda: items_of(page)[:3] == pushed[:3])
    assert page.locator(f"{FOR_YOU} img").first.evaluate("image => image.decode().then(() => image.naturalWidth)")

    page.get_by_role("button", name="Add to basket").click()
    page.locator('.count[data-count="1"]').wait_for()
    page.locator("[data-basket]").click()
    page.locator("[data-drawer-lines] img").wait_for()
    page.get_by_role("link", name="View basket").click()
    page.wait_for_url("**/shop/basket")
    assert {cookie["path"] for cookie in context.cookies()} == {"/shop"}
    assert missed == []
    context.close()


class SwallowingProxy:
    """Passes requests on, but those for a web socket: nobody answers them. Other parts of them stay open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.swallowed = 0
        self._sockets = [self._server]

    def start(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self._sockets.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            first = client.recv(65_536)
            if b"upgrade: websocket" in first.lower():
                self.swallowed += 1
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            self._sockets.append(server)
            threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()
            # One request for each connection: the next may be for a web socket.
            server.sendall(first.replace(b"Connection: keep-alive", b"Connection: close"))
            _pass_on(client, server)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def swallowing(shop: RunningShop) -> Iterator[SwallowingProxy]:
    proxy = SwallowingProxy(int(shop.address.rpartition(":")[2]))
    proxy.start()
    yield proxy
    proxy.close()


@pytest.fixture
def behind(browser: Browser, swallowing: SwallowingProxy) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=swallowing.address)
    yield context
    context.close()


def test_where_web_sockets_are_swallowed_plain_requests_carry_the_pushes(
    behind: BrowserContext, swallowing: SwallowingProxy, shop: RunningShop
) -> None:
    page = open_page(behind, "/")
    assert swallowing.swallowed
    pushed = ITEMS[20:28]
    shop.push(visitor_of(page), pushed)
    wait_until(lambda: items_of(page)[:3] == pushed[:3])

    page.reload()
    page.wait_for_selector("[data-journey][data-state=live]", state="attached")
    assert page.evaluate("sessionStorage.getItem('riverfront.plain-first')") == "1"
