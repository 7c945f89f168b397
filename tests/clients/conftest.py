"""A running product that begins empty, and a key of its API: all that a stranger's program has."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from infra.programs.binaries import Missing, find_java, find_redis_server
from riverfront_client import ItemChange, Riverfront
from tests.clients.waiting import first
from tests.end_to_end.running_stack import UP, RunningStack

SECONDS = 120
THINGS, KINDS = ("Mug", "Bowl", "Bag", "Lamp"), ("Red", "Blue", "Green", "Spotty", "Striped", "Tiny", "Giant", "Old")
CATALOG = {f"{thing}/{number}": f"{kind} {thing}" for thing in THINGS for number, kind in enumerate(KINDS)}
"""The titles of 32 items by their ids, in four categories."""


@dataclass(frozen=True)
class Product:
    """Where the API is, and a key that opens all of it."""

    address: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that knows both."""
        return {**os.environ, "RIVERFRONT_URL": self.address, "RIVERFRONT_KEY": self.key}


@pytest.fixture(scope="package")
def empty_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """As `riverfront up` starts it in a new folder."""
    try:
        find_java(), find_redis_server()
    except Missing as missing:
        pytest.skip(str(missing))
    stack = RunningStack(tmp_path_factory.mktemp("product") / "home", UP)
    try:
        stack.wait_until_up()
        made = subprocess.run(
            [sys.executable, "-m", "infra", "keys", "create", "--scope", "server", "--rate", "5000"],
            env=stack.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert made.returncode == 0, made.stderr
        yield Product(stack.address, made.stdout.strip())
    finally:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


@pytest.fixture(scope="package")
def product(empty_product: Product) -> Product:
    """The same with a catalog, which came by the API."""
    changes = [
        ItemChange(item=item, fields={"title": title, "price": "4.95 GBP", "category": f"{item.partition('/')[0]}s"})
        for item, title in CATALOG.items()
    ]
    with Riverfront(empty_product.address, empty_product.key) as shop:
        assert shop.change_items(changes).written == len(CATALOG)
        first(lambda: shop.search("lamp"), lambda found: found.total >= len(KINDS))
        for item in CATALOG:
            first(lambda: shop.get_similar_items(item), lambda found: found.items)  # noqa: B023
    return empty_product
