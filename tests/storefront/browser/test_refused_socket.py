"""A page that is refused a socket waits as long as it was told, in a real Chromium whose clock is moved by hand."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, Route, expect

from tests.security.flooded_shop import a_shop
from tests.storefront.running_shop import DEADLINE, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]

AWAY = re.compile("catching-up|offline")
PLACES = 10
HOUR = 3_600
"""Seconds that a refusal says here: they are not over, however long the machine takes to load the page."""

JUMP = 5
"""Seconds. After more than 20 without a tick the page takes it that the machine slept, and tries at once."""


class Tries:
    """What a page has sent to get a socket, and what the shop has answered."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        self.refused: list[int] = []
        page.on("websocket", lambda opened: self.sent.append(opened.url))
        page.on("request", self._note)
        page.route("**/socket.io/**", self._pass_on)

    def _note(self, request: Request) -> None:
        # A new try begins with a request that renews the cookie.
        if "/socket.io/" in request.url or request.url.endswith("/recommendations"):
            self.sent.append(request.url)

    def _pass_on(self, route: Route) -> None:
        answer = route.fetch()
        if answer.ok:
            route.fulfill(response=answer)
            return
        assert int(answer.headers["retry-after"]) > 0
        self.refused.append(answer.status)
        route.fulfill(response=answer, headers=answer.headers | {"retry-after": str(HOUR)})


def now_on(page: Page) -> int:
    """Return the milliseconds that the page's clock shows."""
    return int(page.evaluate("Date.now()"))


def stop_the_clock(page: Page) -> None:
    """Pause the page's clock. It goes on while it is told to stop, so that the time may be over when it hears it."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        with suppress(Error):
            page.clock.pause_at(now_on(page) / 1_000 + JUMP)
            return
    raise TimeoutError("the clock goes on")


def listen(page: Page, heard: Callable[[], bool]) -> None:
    """Wait for something. Playwright takes in what a page sends only while it is asked for something."""

    def is_heard() -> bool:
        page.wait_for_timeout(20)
        return heard()

    wait_until(is_heard)


@pytest.mark.parametrize(("limit", "status"), [("sockets", 503), ("sockets_per_address", 429)])
def test_a_page_waits_as_long_as_the_shop_says_and_then_tries_again(
    browser: Browser, redis_url: str, tmp_path: Path, limit: str, status: int
) -> None:
    with a_shop(redis_url, tmp_path, **{limit: PLACES}) as shop, browser.new_context(base_url=shop.address) as context:
        held = shop.open_sockets(PLACES)
        page = context.new_page()
        tries, began_at = Tries(page), int(time.time())
        page.clock.install(time=began_at)
        page.goto("/")
        expect(page.locator("[data-journey]")).to_have_attribute("data-state", AWAY, timeout=DEADLINE * 1_000)
        assert set(tries.refused) == {status}
        stop_the_clock(page)
        sent = list(tries.sent)

        page.clock.run_for((began_at + HOUR) * 1_000 - 1 - now_on(page))

        page.evaluate("() => fetch('/healthz')")
        assert tries.sent == sent

        for one in held:
            one.close()
        wait_until(lambda: shop.count_sockets() == 0)
        page.clock.run_for(2 * HOUR * 1_000)
        listen(page, lambda: len(tries.sent) > len(sent))
        page.clock.resume()
        expect(page.locator("[data-journey]")).to_have_attribute("data-state", "live", timeout=DEADLINE * 1_000)
