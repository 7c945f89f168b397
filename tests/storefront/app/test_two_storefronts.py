"""Two storefronts with one home folder, Redis and database: what one of them does holds for the pages of the other."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
import requests
from redis import Redis

from infra.errors import CannotRun
from infra.programs.ports import free_port
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import VisitorId
from online_models.schema.messages import (
    BASKET_CHANGED,
    IDENTITY_CHANGED,
    RANKING_CHANGED,
    RATING_CHANGED,
)
from tests.storefront.running_shop import DEADLINE, ITEMS, RunningShop, ShopProcess, learner_at, publish_catalog

pytestmark = pytest.mark.integration

ITEM = ITEMS[0]
PASSWORD = "a lantern on the quay"


class Browser:
    """Cookies, pages and forms, at whichever storefront the proxy would choose."""

    def __init__(self) -> None:
        self.session = requests.Session()

    def get(self, shop: RunningShop, path: str = "/") -> str:
        answer = self.session.get(shop.address + path, timeout=DEADLINE)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, shop: RunningShop, path: str, page: str, **fields: str) -> requests.Response:
        """Send a form of a page that may have come from another storefront."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page
        headers = {"Origin": shop.address, "Host": shop.address.removeprefix("http://")}
        form = {"token": token[1], **fields}
        return self.session.post(shop.address + path, form, headers=headers, timeout=DEADLINE, allow_redirects=False)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)

    @property
    def visitor(self) -> VisitorId:
        return VisitorId(str(self.session.cookies["riverfront_visitor"]).partition(".")[0])

    def socket(self, shop: RunningShop) -> SocketVisitor:
        return SocketVisitor(shop.address, DEADLINE, self.cookie)


class Shops(NamedTuple):
    one: RunningShop
    two: RunningShop


@pytest.fixture(scope="module")
def shops(redis_url: str, process_redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    home = tmp_path_factory.mktemp("home")
    processes = [ShopProcess(home, free_port(), process_redis_url) for _ in range(2)]
    learner = learner_at(redis_url)
    try:
        with ThreadPoolExecutor(2) as both:
            list(both.map(ShopProcess.start, processes))
        yield Shops(*(RunningShop(process, learner) for process in processes))
    finally:
        for process in processes:
            process.stop()


@pytest.fixture
def browser(shops: Shops) -> Browser:
    browser = Browser()
    browser.get(shops.one)
    return browser


def wait_for(socket: SocketVisitor, name: str) -> dict[str, object]:
    """Return the fields of the next message of this name."""
    deadline = time.monotonic() + DEADLINE
    while (message := socket.receive(1.0)) is None or message.name != name:
        assert time.monotonic() < deadline, f"no {name} came"
    return message.fields


def sign_up(browser: Browser, shop: RunningShop, email: str) -> None:
    page = browser.get(shop, "/account/sign-up")
    answer = browser.post(shop, "/account/sign-up", page, name="Ada", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text


def test_a_list_reaches_a_visitors_pages_on_both(shops: Shops, browser: Browser) -> None:
    with browser.socket(shops.one) as here, browser.socket(shops.two) as there:
        shops.one.push(browser.visitor, ITEMS[:3])
        assert wait_for(here, RANKING_CHANGED) == wait_for(there, RANKING_CHANGED)


def test_what_one_takes_in_is_told_to_pages_of_the_other(shops: Shops, browser: Browser) -> None:
    page = browser.get(shops.one, f"/products/{ITEM}")
    with browser.socket(shops.two) as there:
        added = browser.post(shops.one, "/basket/lines", page, item=ITEM, quantity="2")
        assert added.status_code == 303, added.text
        assert wait_for(there, BASKET_CHANGED) == {"count": 2}
        rated = browser.post(shops.one, f"/products/{ITEM}/rating", page, stars="4")
        assert rated.status_code == 303, rated.text
        assert wait_for(there, RATING_CHANGED) == {"item": ITEM, "stars": 4}


def test_a_form_of_one_is_taken_by_the_other(shops: Shops, browser: Browser) -> None:
    page = browser.get(shops.one, f"/products/{ITEM}")
    assert browser.post(shops.two, "/basket/lines", page, item=ITEM, quantity="1").status_code == 303
    assert ITEM in browser.get(shops.one, "/basket")


def test_a_form_that_comes_to_both_counts_once(shops: Shops, browser: Browser) -> None:
    page = browser.get(shops.one, f"/products/{ITEM}")
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)
    assert form_id
    for shop in shops:
        sent = browser.post(shop, "/basket/lines", page, item=ITEM, quantity="2", form_id=form_id[1])
        assert sent.status_code == 303
    assert re.findall(r'name="quantity"[^>]* value="(\d+)"', browser.get(shops.two, "/basket")) == ["2"]


def test_a_page_catches_up_at_the_other(shops: Shops, browser: Browser) -> None:
    with browser.socket(shops.one):
        pass
    shops.one.keep(browser.visitor, ITEMS[5:8])
    with browser.socket(shops.two) as there:
        missed = there.ask("catch_up", {"lists": ["for_you"], "ranking_id": ""})
    lists = [one["message"]["items"] for one in missed["messages"] if one["name"] == RANKING_CHANGED]
    assert [card["item"] for card in lists[0][:3]] == ITEMS[5:8]


def test_a_sign_in_holds_on_both_and_so_does_its_end(shops: Shops, browser: Browser) -> None:
    sign_up(browser, shops.one, "both@example.com")
    page = browser.get(shops.two, "/account/profile")
    assert "both@example.com" in page
    before = Browser()
    before.session.cookies.update(browser.session.cookies)
    with browser.socket(shops.two) as there:
        assert browser.post(shops.one, "/account/sign-out", page).status_code == 303
        wait_for(there, IDENTITY_CHANGED)
    ended = before.session.get(f"{shops.two.address}/account/profile", allow_redirects=False, timeout=DEADLINE)
    assert ended.status_code in (302, 303)


def test_two_that_use_a_new_database_at_once_both_can(shops: Shops) -> None:
    emails = [f"at-once-{number}@example.com" for number in range(4)]
    with ThreadPoolExecutor(4) as clients:
        list(clients.map(sign_up, [Browser() for _ in emails], [*shops, *shops], emails))


def test_guesses_of_a_password_are_counted_together(shops: Shops) -> None:
    sign_up(Browser(), shops.one, "guessed@example.com")
    guesser = Browser()
    answers = []
    for number in range(6):
        shop = shops[number % 2]
        page = guesser.get(shop, "/account/sign-in")
        answers.append(
            guesser.post(shop, "/account/sign-in", page, email="guessed@example.com", password=f"wrong guess {number}")
        )
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_each_has_a_spool_of_its_own(shops: Shops, browser: Browser) -> None:
    for shop in shops:
        with browser.socket(shop) as socket:
            socket.click(ITEM)
            socket.ask("catch_up", {})
    spools = {path.name for path in (shops.one.home / "spool").glob("*.jsonl")}
    ports = {shop.address.rpartition(":")[2] for shop in shops}
    assert spools == {f"storefront-{port}.jsonl" for port in ports}


def test_a_visitor_has_so_many_sockets_on_each(shops: Shops, browser: Browser) -> None:
    sockets = [browser.socket(shops.one) for _ in range(20)]
    with pytest.raises(CannotRun, match="refused a socket"):
        browser.socket(shops.one)
    for socket in [*sockets, browser.socket(shops.two)]:
        socket.close()


def test_the_figures_of_each_are_its_own(shops: Shops, browser: Browser) -> None:
    with browser.socket(shops.one):
        figures = [browser.get(shop, "/metrics") for shop in shops]
    assert [re.search(r"^riverfront_sockets (\S+)", text, re.MULTILINE)[1] for text in figures] == ["1.0", "0.0"]  # type: ignore[index]
