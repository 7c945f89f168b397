"""A shop with a catalog of its own: whatever Redis loses, the shop stays itself, and the demo's data stay away."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import redis
from kafka import KafkaConsumer, TopicPartition

from bootstrap.enrich.icons import VENDORED
from connections import kafka_client
from infra.programs.program import kill_group
from infra.stack.home import Home
from infra.stack.servers import kafka_here, own_redis
from online_models.schema import keyspace
from tests.end_to_end.running_stack import UP, RunningStack
from tests.end_to_end.shop_visitor import ShopVisitor

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not VENDORED.is_file(), reason="the icon set is not set up here"),
]

GARDEN = Path(__file__).parents[1] / "bootstrap" / "fixtures"
OWN, DEMOS = "/products/g-1", "/products/85123A"


def bootstrap_garden(stack: RunningStack) -> None:
    words = ["--catalogue", str(GARDEN / "garden_shop.csv"), "--map", "title=Label", "--price", "5"]
    words += ["--history", str(GARDEN / "garden_history.csv"), "--no-report"]
    command = [sys.executable, "-m", "infra", "bootstrap", *words]
    answer = subprocess.run(command, env=stack.environment, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, f"{answer.stdout}\n{answer.stderr}"


def redis_of(home: Path) -> Any:
    return redis.Redis.from_url(own_redis(Home(home)).supervisor_url)


def served(home: Path) -> bytes | None:
    with redis_of(home) as client:
        version: bytes | None = client.get(keyspace.catalog_version())
        return version


def events_in_log(home: Path) -> int:
    consumer = kafka_client.connect(KafkaConsumer, kafka_here({"RIVERFRONT_HOME": str(home)}), group_id=None)
    try:
        topic = keyspace.INTERACTIONS
        ends = consumer.end_offsets([TopicPartition(topic.name, number) for number in range(topic.partitions)])
        return sum(ends.values())
    finally:
        consumer.close()


def has_page(stack: RunningStack, path: str) -> bool:
    try:
        return "Watering Can" in ShopVisitor(stack.address).get(path)
    except (HTTPError, ConnectionError):
        return False


def assert_own_shop_alone(stack: RunningStack) -> None:
    stack.wait_for(lambda: has_page(stack, OWN), 60)
    with pytest.raises(HTTPError, match="404"):
        ShopVisitor(stack.address).get(DEMOS)


def test_an_own_shop_is_never_replaced(start: Callable[..., RunningStack], home: Path) -> None:
    stack = start(UP)
    stack.wait_until_up()
    assert "No catalog yet. `riverfront bootstrap --catalog FILE`" in stack.said()
    assert "data-item" not in ShopVisitor(stack.address).get("/")
    assert events_in_log(home) == 0
    bootstrap_garden(stack)
    assert_own_shop_alone(stack)
    version, events = served(home), events_in_log(home)
    assert events == 3

    with redis_of(home) as client:
        client.flushall()
    storefront = next(child for child in stack.children() if child.cmdline()[-2:] == ["-m", "storefront"])
    kill_group(storefront.pid)
    assert_own_shop_alone(stack)
    assert served(home) == version
    assert stack.stop() == 0

    shutil.rmtree(home / "redis")
    for command in ((UP,), ()):  # as one's own shop, and as the demo
        again = start(*command)
        again.wait_until_up()
        assert f"Redis had lost catalog {(version or b'').decode()}: published it again." in again.said()
        assert_own_shop_alone(again)
        assert served(home) == version
        assert events_in_log(home) == events
        assert again.stop() == 0
        shutil.rmtree(home / "redis")

    shutil.rmtree(home / "catalog")
    demo = start()
    assert demo.process.wait(120) == 1
    assert "holds the events of a shop whose catalog is gone" in demo.said()
