"""A visitor without a browser."""

from collections.abc import Callable

import pytest

from infra.errors import CannotRun
from infra.programs.ports import LOOPBACK, free_port
from infra.visitors.socket_visitor import SocketVisitor, some_items, visit
from tests.infra.visitors.small_shop import RefusingShop


def test_cookies_come_back_as_a_browser_sends_them(serve: Callable[..., str]) -> None:
    assert visit(serve(), 10) == "riverfront_visitor=v1.signed; session=s1"


def test_a_click_is_answered_by_the_list_that_names_it(serve: Callable[..., str]) -> None:
    with SocketVisitor(serve()) as visitor:
        click = visitor.click_once("mug")
    assert click.items == ("mug", "lamp")
    assert click.push_ms is not None
    assert click.push_ms > 0


def test_a_message_may_not_come(serve: Callable[..., str]) -> None:
    with SocketVisitor(serve()) as visitor:
        assert visitor.receive(0.01) is None
        visitor.click("silent")
        names = [message.name for message in (visitor.receive(10), visitor.receive(10)) if message]
    assert names == ["presence"], "a ping is answered, and no message"


def test_a_shop_that_refuses_is_told_apart_from_one_that_is_not_there(serve: Callable[..., str]) -> None:
    with pytest.raises(CannotRun, match="refused a socket"):
        SocketVisitor(serve(RefusingShop))
    with pytest.raises(CannotRun, match="does not answer"):
        SocketVisitor(f"http://{LOOPBACK}:{free_port()}")


def test_best_sellers_are_clicked_more_often() -> None:
    items = [str(number) for number in range(100)]
    chosen = some_items(items, 1_000)
    assert chosen == some_items(items, 1_000)
    assert chosen != some_items(items, 1_000, seed=2)
    assert sum(int(item) < 25 for item in chosen) > 400
