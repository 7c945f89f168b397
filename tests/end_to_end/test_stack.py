"""The local stack as a user runs it: started, disturbed, stopped, started again."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import redis

from connections.listening import is_listening
from infra.stack.home import Home
from infra.stack.servers import own_redis
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema import keyspace
from online_models.schema.events import VisitorId
from tests.end_to_end.running_stack import UP, RunningStack
from tests.end_to_end.shop_visitor import ShopVisitor
from training.packages import ADVICE, are_there

pytestmark = pytest.mark.integration


def are_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=60)[1]


def shop(visitor: ShopVisitor) -> str:
    """Leave something of everything that a visit leaves, and return the id of the last event."""
    for item in ("22423", "85123A"):
        visitor.submit("/", to="/interactions", kind="item_viewed", item=item)
    visitor.submit("/", to="/basket/lines", item="85123A", quantity="2")
    visitor.submit("/", to="/products/22423/rating", stars="4")
    receipt = visitor.submit("/", to="/interactions", kind="item_wished", item="22423")
    return str(json.loads(receipt)["event_id"])


def is_answered(home: Path, event: str) -> bool:
    """Say whether some visitor's list is made after an event."""
    with redis.Redis.from_url(own_redis(Home(home)).url) as client:
        keys = client.scan_iter(keyspace.ranking(VisitorId("*")))
        return any(event.encode() in (client.get(key) or b"") for key in keys)


def cards_of(page: str) -> list[tuple[str, str]]:
    """Return the products of a page's cards, and the reasons under them."""
    return re.findall(r'class="card" data-item="(\w+)".*?class="card__reason">([^<]*)<', page, re.S)


def kept(visitor: ShopVisitor) -> dict[str, list[tuple[str, str]]]:
    """Return what the shop's pages show of a visitor."""
    home = visitor.get("/")
    basket = visitor.get("/basket")
    rows = dict(re.findall(r'<section [^>]*data-surface="(\w+)"[^>]*>(.*?)</section>', basket + home, re.S))
    return {
        "basket": re.findall(r'data-basket-line="(\w+)".*?name="quantity"[^>]* value="(\d+)"', basket, re.S),
        "stars": re.findall(r'name="(stars)"[^>]* value="(\d)"[^>]* checked', visitor.get("/products/22423"))[:1],
        "wish list": cards_of(visitor.get("/wishlist").partition("data-rail=")[0]),
        "recently viewed": cards_of(rows.get("recently_viewed", "")),
        "list": [*re.findall(r'data-(ranking-id)="([^"]+)"', home)[:1], *cards_of(rows["for_you"])],
    }


def test_a_stack_lives_through_a_crash_and_a_restart(start: Callable[[], RunningStack], home: Path) -> None:
    stack = start()
    stack.wait_until_up()
    with SocketVisitor(stack.address) as visitor:
        assert visitor.click_once("85123A").push_ms is not None

    second = subprocess.run(
        [sys.executable, "-m", "infra", "up"], env=stack.environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"process {stack.process.pid}, {stack.address}" in second.stderr

    learner = next(child for child in stack.children() if "learn" in child.cmdline())
    learner.kill()
    stack.wait_for(lambda: "Learner was started again" in stack.said())
    with SocketVisitor(stack.address) as visitor:
        stack.wait_for(lambda: visitor.click_once("22423").push_ms is not None)

    shopper = ShopVisitor(stack.address)
    last_event = shop(shopper)
    stack.wait_for(lambda: is_answered(home, last_event))
    before = kept(shopper)
    assert all(before.values()), before

    children = stack.children()
    assert stack.stop() == 0
    assert are_gone(children)
    assert not is_listening(f"127.0.0.1:{stack.port}")
    stopped = re.findall(r"Stop (\S+)", stack.said())
    assert stopped == ["Storefront", "Learner", "Kafka", "Redis"]

    again = start()
    again.wait_until_up()
    assert "No catalog yet" not in again.said()
    shopper.move(again.address)
    assert kept(shopper) == before, "basket, stars, wishes, views, the list and its reasons"
    with SocketVisitor(again.address) as visitor:
        assert visitor.click_once("85123A").push_ms is not None

    children = again.children()
    again.process.kill()
    again.process.wait()
    assert are_gone(children), "a killed stack left something running"


@pytest.mark.training
def test_where_tensorflow_is_installed_the_session_network_is_trained_beside_the_shop(
    start: Callable[..., RunningStack],
) -> None:
    if not are_there():
        pytest.skip(ADVICE)
    stack = start(UP)
    stack.wait_until_up()
    assert any("training" in child.cmdline() for child in stack.children())
