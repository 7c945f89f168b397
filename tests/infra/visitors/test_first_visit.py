"""The visit to a shop that starts, before anybody else comes."""

import json
from collections.abc import Callable, Iterator

import pytest

from infra.errors import CannotRun
from infra.visitors.first_visit import PRODUCTS, visit_until_quick
from online_models.schema.messages import RANKING_CHANGED
from tests.infra.visitors.small_shop import RefusingShop, SmallShop

PAGE = """<link href="/static/1/site.css"><script src="/static/1/js/shop.js"></script><a href="/account">Account</a>
<a href="/products/a"><img src="/pictures/p.svg"></a> <a href="/products/b"></a> <a href="/products/c"></a>"""


class WholeShop(SmallShop):
    """Has a page with everything on it, and answers who asks for reasons with a list."""

    asked: list[str]
    kinds: list[str]

    def do_GET(self) -> None:  # noqa: N802 - its name in the base class
        super().do_GET()
        if not self.path.startswith("/socket.io/"):
            self.asked.append(self.path)
            self.wfile.write(PAGE.encode() if self.path == "/" else b"")

    def _answers(self, packet: str) -> Iterator[str]:
        if packet == "40":
            yield self.welcome
        elif packet.startswith("42"):
            number, _, rest = packet[2:].partition("[")
            _name, fields = json.loads(f"[{rest}")
            self.kinds.append(fields["kind"])
            yield f"43{number}[{{}}]"
            yield f"42{json.dumps([RANKING_CHANGED, {'causes': [fields['event_id']], 'items': []}])}"


def test_it_goes_the_whole_way_and_teaches_nothing(serve: Callable[..., str]) -> None:
    asked: list[str] = []
    kinds: list[str] = []
    took = visit_until_quick(serve(type("Shop", (WholeShop,), {"asked": asked, "kinds": kinds})))
    assert took is not None
    assert set(kinds) == {"reasons_requested"}
    assert {"/", "/static/1/site.css", "/static/1/js/shop.js", "/pictures/p.svg", "/products/a"} <= set(asked)
    assert "/account" not in asked
    assert len({path for path in asked if path.startswith("/products/")}) == PRODUCTS


def test_a_shop_that_lets_nobody_in_says_so(serve: Callable[..., str]) -> None:
    with pytest.raises(CannotRun, match="refused a socket"):
        visit_until_quick(serve(RefusingShop))
