"""The visit to a shop that starts, before anybody else comes."""

from collections.abc import Callable, Iterator

import pytest

from infra.errors import CannotRun
from infra.visitors.first_visit import PRODUCTS, visit_once
from tests.infra.visitors.small_shop import RefusingShop, SmallShop

PAGE = """<link href="/static/1/site.css"><script src="/static/1/js/shop.js"></script><a href="/account">Account</a>
<a href="/products/a"><img src="/pictures/p.svg"></a> <a href="/products/b"></a> <a href="/products/c"></a>"""


class WholeShop(SmallShop):
    """Has a page with everything on it, and notes what is asked for and what comes through the socket."""

    asked: list[str]
    packets: list[str]

    def do_GET(self) -> None:  # noqa: N802 - its name in the base class
        super().do_GET()
        if not self.path.startswith("/socket.io/"):
            self.asked.append(self.path)
            self.wfile.write(PAGE.encode() if self.path == "/" else b"")

    def _answers(self, packet: str) -> Iterator[str]:
        self.packets.append(packet)
        yield from super()._answers(packet)


def test_it_asks_for_what_a_browser_asks_for_and_sends_no_event(serve: Callable[..., str]) -> None:
    asked: list[str] = []
    packets: list[str] = []
    visit_once(serve(type("Shop", (WholeShop,), {"asked": asked, "packets": packets})))
    assert {"/", "/static/1/site.css", "/static/1/js/shop.js", "/pictures/p.svg", "/products/a"} <= set(asked)
    assert "/account" not in asked
    assert len({path for path in asked if path.startswith("/products/")}) == PRODUCTS
    assert not [packet for packet in packets if packet.startswith("42")]


def test_a_shop_that_lets_nobody_in_says_so(serve: Callable[..., str]) -> None:
    with pytest.raises(CannotRun, match="refused a socket"):
        visit_once(serve(RefusingShop))
