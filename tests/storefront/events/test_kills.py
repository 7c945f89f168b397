"""A storefront of real parts is killed: every event that it has acknowledged is in the topic after its restart."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from redis import Redis

from infra.programs.binaries import Missing
from infra.programs.ports import LOOPBACK, free_port
from online_models.schema.events import AnyEvent, ItemPurchased, decode
from online_models.schema.keyspace import INTERACTIONS
from tests.end_to_end.shop_visitor import ShopVisitor
from tests.storefront.events.own_broker import OwnBroker
from tests.storefront.running_shop import ShopProcess, publish_catalog, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    try:
        broker = OwnBroker(tmp_path_factory.mktemp("own-kafka"))
    except Missing as missing:
        pytest.skip(str(missing))
    broker.start()
    broker.make_topic(INTERACTIONS.name)
    yield broker
    broker.stop()


@pytest.fixture
def shop(broker: OwnBroker, empty_redis: str, process_redis_url: str, tmp_path: Path) -> Iterator[ShopProcess]:
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    shop = ShopProcess(tmp_path / "home", free_port(), process_redis_url, broker.servers)
    shop.home.mkdir()
    try:
        shop.start()
        wait_until(lambda: reaches_kafka(shop))
        yield shop
    finally:
        broker.go_on()
        shop.kill()


def reaches_kafka(shop: ShopProcess) -> bool:
    with urllib.request.urlopen(f"{shop.address}/healthz/ready", timeout=10) as answer:
        return bool(json.load(answer)["checks"]["kafka"])


class Clicker:
    """A browser that reports events by HTTP, one after the other, and remembers which were acknowledged."""

    def __init__(self, shop: ShopProcess) -> None:
        self._address = shop.address.removeprefix("http://")
        with urllib.request.urlopen(shop.address, timeout=30) as answer:
            self._cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.acknowledged: list[str] = []
        self.refused: list[str] = []

    def click(self) -> bool:
        """Report a view; say whether it was answered."""
        event_id = uuid.uuid4().hex
        headers = {"Content-Type": "application/json", "Origin": f"http://{self._address}", "Cookie": self._cookie}
        event = {"kind": "item_viewed", "event_id": event_id, "item": "item01", "surface": "category"}
        connection = http.client.HTTPConnection(self._address, timeout=30)
        try:
            connection.request("POST", "/interactions", json.dumps(event), headers)
            answer = connection.getresponse()
            is_accepted = json.load(answer)["accepted"]
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()
        (self.acknowledged if is_accepted else self.refused).append(event_id)
        return True

    def click_until_the_end(self) -> None:
        while self.click():
            pass


def read_topic(servers: str) -> list[AnyEvent]:
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    partition = TopicPartition(INTERACTIONS.name, 0)
    consumer.assign([partition])
    end = consumer.end_offsets([partition])[partition]
    consumer.seek_to_beginning(partition)
    events: list[AnyEvent] = []
    while len(events) < end:
        for records in consumer.poll(timeout_ms=200).values():
            events += [decode(record.value) for record in records]
    consumer.close()
    return events


def ids_in(broker: OwnBroker) -> set[str]:
    return {event.event_id for event in read_topic(broker.servers)}


@pytest.mark.parametrize("seconds", [0.7, 2.0])
def test_killed_while_kafka_stalls_every_acknowledged_event_is_there_after_the_restart(
    shop: ShopProcess, broker: OwnBroker, seconds: float
) -> None:
    clickers = [Clicker(shop) for _ in range(12)]
    with ThreadPoolExecutor(len(clickers)) as pool:
        for clicker in clickers:
            pool.submit(clicker.click_until_the_end)
        wait_until(lambda: all(clicker.acknowledged for clicker in clickers))
        broker.hold()
        # Shorter, and longer, than Kafka is waited for: what is acknowledged then is in Kafka, or in the spool.
        time.sleep(seconds)
        shop.kill()
    broker.go_on()
    acknowledged = {event_id for clicker in clickers for event_id in clicker.acknowledged}
    assert acknowledged

    shop.start()

    wait_until(lambda: reaches_kafka(shop))
    assert acknowledged - ids_in(broker) == set()


def test_killed_right_after_its_receipts_every_one_of_them_is_there(shop: ShopProcess, broker: OwnBroker) -> None:
    clickers = [Clicker(shop) for _ in range(8)]
    with ThreadPoolExecutor(len(clickers)) as pool:
        list(pool.map(lambda clicker: [clicker.click() for _ in range(3)], clickers))
        shop.kill()
    acknowledged = {event_id for clicker in clickers for event_id in clicker.acknowledged}
    assert len(acknowledged) == 24
    assert acknowledged - ids_in(broker) == set()


def stall(broker: OwnBroker) -> None:
    broker.hold()


def stop(broker: OwnBroker) -> None:
    broker.stop()


@pytest.mark.parametrize("pull", [stall, stop])
def test_killed_right_after_an_order_its_purchases_are_there_after_the_restart(
    shop: ShopProcess, broker: OwnBroker, pull: Callable[[OwnBroker], None]
) -> None:
    visitor = ShopVisitor(shop.address)
    for item in ("item01", "item02"):
        visitor.submit(f"/products/{item}", to="/basket/lines", item=item, quantity="2")
    page = visitor.get("/basket/checkout")
    form = dict(re.findall(r'name="(number|mark)" value="([^"]+)"', page))
    pull(broker)

    thanks = visitor.submit("/basket/checkout", to="/basket/order", **form)
    shop.kill()

    assert "Thank you for your order" in thanks
    broker.go_on()
    broker.start()
    shop.start()
    wait_until(lambda: len(purchases(broker, form["number"])) >= 2)
    found = purchases(broker, form["number"])
    assert {event.item for event in found} == {"item01", "item02"}
    assert len({event.event_id for event in found}) == 2


def purchases(broker: OwnBroker, number: str) -> list[ItemPurchased]:
    return [event for event in read_topic(broker.servers) if isinstance(event, ItemPurchased) and event.order == number]


FULL_DISK = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs"]


@pytest.fixture
def spool_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of the shop's spool, on a file system of 32 kB."""
    folder = tmp_path / "home" / "spool"
    folder.mkdir(parents=True)
    command = [*FULL_DISK, str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a file system of one's own needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_with_the_spools_disk_full_nothing_is_acknowledged_that_is_not_safe_and_all_recovers_by_itself(
    broker: OwnBroker, empty_redis: str, spool_disk: Path
) -> None:
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    shop = ShopProcess(spool_disk.parent, free_port(), empty_redis, f"{LOOPBACK}:{free_port()}")
    shop.start()
    try:
        clicker = Clicker(shop)
        while not clicker.refused:
            assert clicker.click()
        for _ in range(200):
            assert clicker.click()
        # A small one may still have had room; what was refused once is refused as such, never as too many.
        spooled = len(lines_in(spool_disk))
        assert spooled == len(clicker.acknowledged)
        visitor = ShopVisitor(shop.address)
        assert "Product item01" in visitor.get("/products/item01")

        subprocess.run(["mount", "-o", "remount,size=512k", str(spool_disk)], check=True)
        wait_until(lambda: clicker.click() and len(clicker.acknowledged) > spooled)
        assert Counter(event["event_id"] for event in lines_in(spool_disk)) == Counter(clicker.acknowledged)
    finally:
        shop.kill()


def lines_in(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for spool in folder.glob("*.jsonl") for line in spool.read_bytes().splitlines()]
