"""A whole shop whose lists are attacked: storefront, Kafka, learner and Redis.

The tests are the proxy that the storefront trusts: they say from which network a client comes.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests
from kafka import KafkaConsumer, TopicPartition

from infra.programs.ports import free_port
from online_models.schema import keyspace
from online_models.schema.events import ItemId, ItemPurchased
from online_models.schema.product import Category, Product, encode_categories, encode_product
from tests.consumers.builders import common
from tests.consumers.processes import Shop, open_shop, running
from tests.storefront.running_shop import DEADLINE, ShopProcess, wait_until

DAY = 86_400
CUSTOMERS = 12

USUAL = [ItemId(f"moved-usual{number:02}") for number in range(20)]
"""What has sold for weeks."""

HOT = [ItemId(f"moved-hot{number}") for number in range(6)]
"""What is looked at now."""

QUIET = [ItemId(f"moved-quiet{number}") for number in range(16)]
"""What nobody looks at. Each test takes its own."""

Lists = dict[str, list[str]]


class Visitor:
    """A client with a cookie of its own, on some network."""

    def __init__(self, address: str, network: str) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.headers.update({"X-Forwarded-For": network, "Origin": address})

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def arrive(self) -> "Visitor":
        """Get a cookie."""
        self._get("/basket")
        return self

    def do(self, kind: str, *items: ItemId, **fields: object) -> None:
        """Do the same with one item after the other."""
        for item in items:
            told: Any = {"kind": kind, "event_id": str(uuid.uuid4()), "item": item, "surface": "product", **fields}
            answer = self._session.post(f"{self._address}/interactions", json=told, timeout=DEADLINE)
            assert answer.status_code == 202, answer.text

    def read(self, path: str = "/recommendations") -> Lists:
        """Return lists as they are shown to this visitor."""
        found: dict[str, Any] = self._get(path).json()
        return {name: [card["item"] for card in shown["items"]] for name, shown in found.items()}

    def open(self, path: str) -> str:
        """Return a page."""
        return self._get(path).text

    def _get(self, path: str) -> requests.Response:
        answer = self._session.get(f"{self._address}{path}", timeout=DEADLINE)
        answer.raise_for_status()
        return answer


class MovedShop:
    """The processes, and what clients do."""

    def __init__(self, around: Shop, storefront: ShopProcess) -> None:
        self._around, self._storefront = around, storefront

    def visit(self, network: str, kind: str, *items: ItemId, **fields: object) -> None:
        """Come with a new cookie from a network, and do something with some items."""
        with Visitor(self._storefront.address, network) as visitor:
            visitor.arrive().do(kind, *items, **fields)

    def read(self, path: str = "/recommendations") -> Lists:
        """Return the lists that somebody new is shown, on a network of their own."""
        with Visitor(self._storefront.address, "203.0.113.250") as visitor:
            return visitor.read(path)

    def open(self, path: str) -> str:
        """Return the page that somebody new is shown."""
        with Visitor(self._storefront.address, "203.0.113.250") as visitor:
            return visitor.open(path)

    def wait_until_learned(self) -> None:
        """Wait until the learner has learned all that is in Kafka by now."""
        with closing(KafkaConsumer(bootstrap_servers=self._around.environment["RIVERFRONT_KAFKA"])) as consumer:
            partitions = [
                TopicPartition(topic.name, number)
                for topic in keyspace.EVENT_TOPICS
                for number in range(topic.partitions)
            ]
            end = sum(consumer.end_offsets(partitions).values())

        def is_learned() -> bool:
            status = self._around.status()
            return status is not None and sum(status.positions.values()) >= end

        wait_until(is_learned, 3 * DEADLINE)

    def wait_for(self, read: Callable[[], list[str]], shown: Callable[[list[str]], object]) -> list[str]:
        """Wait until a list is as it should be, and return it."""
        wait_until(lambda: shown(read()))
        return read()


@contextmanager
def a_moved_shop(kafka_servers: str, redis_url: str, process_redis_url: str, home: Path) -> Iterator[MovedShop]:
    """Run it, with forty days of orders behind it."""
    (home / "shop").mkdir(parents=True)
    with open_shop(kafka_servers, redis_url, home, process_redis_url) as around:
        _publish(around.store)
        _sell(around)
        storefront = ShopProcess(
            home / "shop", free_port(), process_redis_url, kafka_servers, {"RIVERFRONT_TRUSTED_PROXIES": "1"}
        )
        with running(around, "learn"):
            try:
                storefront.start()
                shop = MovedShop(around, storefront)
                shop.wait_until_learned()
                yield shop
            finally:
                storefront.stop()


def _publish(store: Any) -> None:
    items = [*USUAL, *HOT, *QUIET]
    version, category = "moved", Category(slug="all", name="All things", size=len(items))
    products = {item: Product(item=item, title=item.title(), price=195, category="all") for item in items}
    store.hset(keyspace.catalog_products(version), mapping={i: encode_product(p) for i, p in products.items()})
    store.set(keyspace.catalog_categories(version), encode_categories((category,)))
    store.rpush(keyspace.catalog_category(version, "all"), *items)
    store.rpush(keyspace.catalog_best_sellers(version), *items)
    store.set(keyspace.catalog_version(), version)


def _sell(around: Shop) -> None:
    """Sell the usual things for forty days, and each of the others once, long ago."""
    now = time.time()
    sold: list[tuple[float, ItemId]] = [(now - 40 * DAY, item) for item in (*HOT, *QUIET)]
    sales = CUSTOMERS * len(USUAL)
    sold += [(now - (40 - 38 * sale / sales) * DAY, USUAL[sale % len(USUAL)]) for sale in range(sales)]
    for number, (at, item) in enumerate(sorted(sold)):
        fields = common(f"moved-customer{number}", at, event_id=f"moved-{uuid.uuid4().hex}")
        around.append(ItemPurchased(item=item, **fields))


def networks(first: int, count: int) -> Sequence[str]:
    """Return as many networks, of which no test has the same."""
    return [f"198.18.{(first + number) // 250}.{(first + number) % 250 + 1}" for number in range(count)]
