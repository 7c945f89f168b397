"""The example shop without a server, on another port, in Chromium: a stranger's pages beside a running Riverfront."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from examples.static.serve import server
from infra.programs.ports import free_port
from tests.end_to_end.foreign_shop import ForeignShop, run
from tests.end_to_end.running_stack import UP, RunningStack

pytestmark = [pytest.mark.integration, pytest.mark.browser]

EXAMPLE = Path(__file__).parents[2] / "examples" / "static"
DEADLINE = 30_000
CARDS = "riverfront-rail [part=card]"
SIGNED_IN = """
  localStorage.setItem('consent', 'yes');
  new MutationObserver(() => {
    const script = document.querySelector('script[data-riverfront]');
    if (script) script.dataset.tokenUrl = '/token';
  }).observe(document, { childList: true, subtree: true });
"""
"""A page as the shop's server would write it for somebody who has signed in."""


@contextmanager
def served(stack: RunningStack, key: str, port: int) -> Iterator[str]:
    with server(port, stack.address, key) as example:
        Thread(target=example.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            example.shutdown()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("static") / "home", UP)
    try:
        stack.wait_until_up()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def shop(stack: RunningStack) -> Iterator[ForeignShop]:
    port = free_port()
    server_key = run(stack, "-m", "infra", "keys", "create", "--scope", "server")
    origin = ("--origin", f"http://127.0.0.1:{port}")
    key = run(stack, "-m", "infra", "keys", "create", "--scope", "browser", *origin)
    said = run(stack, str(EXAMPLE / "send_catalog.py"), stack.address, RIVERFRONT_KEY=server_key)
    assert said == "Sent 12 products."
    with served(stack, key, port) as address:
        shop = ForeignShop(address, stack, server_key)
        stack.wait_for(lambda: shop.serves("seeds-lavender"), 60)
        shop.tell({"kind": "item_viewed", "visitor": "the first", "item": "can-zinc"})
        # The learner compiles what it needs for its first list.
        stack.wait_for(lambda: bool(shop.ask("/visitors/the%20first/recommendations").get("is_personal")), 240)
        yield shop


@pytest.fixture
def context(browser: Browser, shop: ForeignShop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.address)
    context.set_default_timeout(DEADLINE)
    yield context
    context.close()


def kept_id(page: Page) -> str | None:
    kept = page.evaluate("() => JSON.parse(localStorage.getItem('riverfront') ?? '{}').id ?? null")
    return None if kept is None else str(kept)


def ranking_id(page: Page) -> str:
    return str(page.evaluate("() => document.querySelector('riverfront-rail').rankingId"))


def wait_for_another_list(page: Page, before: str) -> None:
    page.wait_for_function("before => document.querySelector('riverfront-rail').rankingId !== before", arg=before)


def test_a_strangers_shop_has_a_rail_that_moves(shop: ForeignShop, context: BrowserContext) -> None:
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))

    # Without consent: lists, but no id and no event.
    page.goto("/product.html?item=lamp-brass")
    expect(page.locator(CARDS)).not_to_have_count(0)
    page.wait_for_function("() => /^similar/.test(document.querySelector('riverfront-rail').rankingId)")
    assert any("/items/lamp-brass/similar" in one for one in sent), "the item on the page counts"
    assert kept_id(page) is None
    assert not any("/api/v1/events" in one or "/visitors/" in one or "socket.io" in one for one in sent)

    # With it: the view is sent, and the list that answers it comes by itself.
    page.get_by_label("Remember what I look at").check()
    page.wait_for_function("() => localStorage.getItem('riverfront') !== null")
    visitor = kept_id(page)
    assert re.fullmatch("anon-[0-9a-f]{32}", visitor or "")
    shop.stack.wait_for(lambda: "lamp-brass" in shop.has_done(visitor, "viewed"), 60)
    page.wait_for_function("() => /~/.test(document.querySelector('riverfront-rail').rankingId)")

    # A click changes the list on the open page.
    before = ranking_id(page)
    page.get_by_role("button", name="Add to basket").click()
    wait_for_another_list(page, before)
    expect(page.locator("riverfront-rail [part=reason]").first).not_to_be_empty()
    shop.stack.wait_for(lambda: "lamp-brass" in shop.has_done(visitor, "in_basket"), 60)

    # What is dismissed goes at once, and Riverfront knows of it.
    card = page.locator(CARDS).first
    item = card.get_attribute("data-item")
    card.get_by_role("button", name="Not interested").click()
    expect(page.locator(f'{CARDS}[data-item="{item}"]')).to_have_count(0)
    shop.stack.wait_for(lambda: item in shop.has_done(visitor, "dismissed"), 60)

    # The next page is the same visitor's, and a click in the list says so.
    page.mouse.move(0, 0)
    target = page.locator(CARDS).first
    opened = target.get_attribute("data-item")
    target.locator("[part=link]").click()
    page.wait_for_url(f"**/product.html?item={opened}")
    expect(page.locator(CARDS)).not_to_have_count(0)
    assert kept_id(page) == visitor
    shop.stack.wait_for(lambda: opened in shop.has_done(visitor, "viewed"), 60)

    # Without consent again, nothing is kept and nothing is sent.
    page.get_by_label("Remember what I look at").uncheck()
    page.wait_for_function("() => localStorage.getItem('riverfront') === null")
    sent.clear()
    page.goto("/product.html?item=can-zinc")
    expect(page.locator(CARDS)).not_to_have_count(0)
    assert kept_id(page) is None
    assert not any("/api/v1/events" in one or "/visitors/" in one or "socket.io" in one for one in sent)
    assert failures == []


def test_a_visitor_whom_the_shop_knows_brings_a_token(shop: ForeignShop, context: BrowserContext) -> None:
    listed = run(shop.stack, "-m", "infra", "keys", "list")
    (name,) = re.findall(r"^(\w+)  browser", listed, re.MULTILINE)
    secret = run(shop.stack, "-m", "infra", "keys", "signing-secret", name)
    claims = {"sub": "Kunde ü 17", "iss": name, "exp": int(time.time()) + 600}
    token = jwt.encode(claims, secret, algorithm="HS256")

    context.route("**/token", lambda route: route.fulfill(body=token))
    context.add_init_script(SIGNED_IN)
    # The cookie of Riverfront's own shop, on the same host, is of somebody else.
    context.add_cookies([{"name": "riverfront_visitor", "value": "v1.forged", "url": shop.stack.address}])
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto("/product.html?item=lamp-paper")
    page.wait_for_function("() => window.riverfront?.visitor() === 'Kunde ü 17'")
    page.wait_for_function("() => /~/.test(document.querySelector('riverfront-rail').rankingId)")
    assert any(token in url for url in sockets)
    assert kept_id(page) == ""
    visitor = "Kunde%20%C3%BC%2017"
    shop.stack.wait_for(lambda: "lamp-paper" in shop.has_done(visitor, "viewed"), 60)
    before = ranking_id(page)
    page.get_by_role("button", name="Add to basket").click()
    wait_for_another_list(page, before)


def test_a_rail_moves_where_no_websocket_comes_through(shop: ForeignShop, context: BrowserContext) -> None:
    context.add_init_script("window.WebSocket = class { send() {} close() {} }; localStorage.setItem('consent', 'yes')")
    page = context.new_page()
    page.goto("/product.html?item=can-zinc")
    page.wait_for_function("() => /~/.test(document.querySelector('riverfront-rail').rankingId)")
    before = ranking_id(page)
    page.get_by_role("button", name="Add to basket").click()
    wait_for_another_list(page, before)
