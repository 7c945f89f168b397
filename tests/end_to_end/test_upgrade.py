"""A folder that version 0.1.0 left behind, started by this version.

The folder holds twelve products, and Ada, who viewed five of them, gave one five stars, ordered two of another and left
three pots in her basket. Its keys in Redis and its events in Kafka were made to last, where they would expire by now.
"""

import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from infra.stack.home import Home
from infra.stack.progress import read_statuses
from infra.stack.servers import own_redis
from online_models.schema.messages import LearnerStatus
from tests.end_to_end.running_stack import RunningStack
from tests.end_to_end.shop_visitor import ShopVisitor

pytestmark = pytest.mark.integration

ARCHIVE = Path(__file__).parent / "fixtures" / "home-0.1.0.tar.gz"
EMAIL, PASSWORD, ORDER = "ada@example.com", "seven quiet lanterns", "NMFZ2-K8WE6"
EVENTS = 12


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "home"


def of_another_layout(snapshot: Path) -> None:
    """Make a snapshot one of a layout that nobody reads: the eighth byte is the format's version."""
    content = bytearray(snapshot.read_bytes())
    content[7] = 0xFF
    snapshot.write_bytes(content)


def learner_status(home: Path) -> LearnerStatus:
    with redis.Redis.from_url(own_redis(Home(home)).url) as client:
        (status,) = read_statuses(client)
    return status


def assert_shop_is_whole(visitor: ShopVisitor) -> None:
    for item in range(1, 13):
        assert f'data-item="p{item:02}"' in visitor.get(f"/products/p{item:02}")
    visitor.submit("/account/sign-in", email=EMAIL, password=PASSWORD)
    assert EMAIL in visitor.get("/account/profile")
    basket = re.findall(r'data-basket-line="(\w+)".*?name="quantity"[^>]* value="(\d+)"', visitor.get("/basket"), re.S)
    assert basket == [("p11", "3")]
    assert "Velvet Cushion" in visitor.get(f"/orders/{ORDER}")
    assert re.findall(r'action="/products/(\w+)/rating', visitor.get("/account/reviews")) == ["p06"]


def left_in_redis(home: Path) -> list[bytes]:
    """Return the keys of baskets and stars, which the storefront moves to the database."""
    with redis.Redis.from_url(own_redis(Home(home)).url) as client:
        return [key for kind in ("basket", "ratings") for key in client.scan_iter(f"riverfront:{kind}:*")]


def test_a_folder_of_the_version_before_is_whole(start: Callable[[], RunningStack], home: Path) -> None:
    stack = start()
    stack.wait_until_up()
    assert "No catalog yet" not in stack.said()
    stack.wait_for(lambda: not left_in_redis(home))
    assert "Moved 1 baskets and the stars of 1 visitors" in Home(home).log("storefront").read_text(encoding="utf-8")
    assert_shop_is_whole(ShopVisitor(stack.address))
    assert learner_status(home).visitors > 0
    assert stack.stop() == 0


def test_without_a_snapshot_that_can_be_read_the_log_is_learned_again(
    start: Callable[[], RunningStack], home: Path
) -> None:
    for snapshot in (home / "snapshots").glob("*.bin"):
        of_another_layout(snapshot)
    stack = start()
    stack.wait_until_up()
    stack.wait_for(lambda: not left_in_redis(home))
    assert_shop_is_whole(ShopVisitor(stack.address))
    stack.wait_for(lambda: learner_status(home).learned >= EVENTS)
    assert "cannot be used" in Home(home).log("learner").read_text(encoding="utf-8")
    assert stack.stop() == 0
