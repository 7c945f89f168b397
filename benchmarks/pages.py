"""What a page costs the storefront: processor time for an answer, by kind of page.

Run as ``python benchmarks/pages.py REDIS``, with the address of a running shop's Redis. Each product is asked for once,
so that a part of its cards is drawn for the first time; other pages are asked for again and again. Prints a Markdown
table.
"""

import argparse
import tempfile
import time
from pathlib import Path

from flask.testing import FlaskClient

from infra.stack.catalog import read_best_sellers
from storefront import create_app
from storefront.in_memory import MemoryEventPublisher
from storefront.settings import StorefrontSettings

WARM_UP, COUNT = 20, 60
HEADERS = {"Accept-Language": "en-GB,en;q=0.9", "Accept-Encoding": "gzip"}


def milliseconds(client: FlaskClient, addresses: list[str]) -> float:
    """Return the mean processor time of the answers. Raises `RuntimeError` for a page that is not there."""
    started = time.process_time()
    for address in addresses:
        if client.get(address, headers=HEADERS).status_code != 200:
            raise RuntimeError(f"no page at {address}")
    return 1_000 * (time.process_time() - started) / len(addresses)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("redis")
    redis = parser.parse_args().redis
    with tempfile.TemporaryDirectory() as home:
        config = {
            "SETTINGS": StorefrontSettings(
                home=Path(home), redis=redis, database=f"sqlite:///{home}/shop.db", demo=True
            ),
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "SOCKET_MODE": "threading",
            "MESSAGE_QUEUE": "",
        }
        client = create_app(config).test_client()
        products = [f"/products/{item}" for item in list(read_best_sellers(redis))[: WARM_UP + COUNT]]
        milliseconds(client, products[:WARM_UP])
        print("| page | processor time, ms |\n| --- | --- |")
        print(f"| product | {milliseconds(client, products[WARM_UP:]):.1f} |")
        for name, address in {"front page": "/", "basket": "/basket", "search results": "/search?q=mug"}.items():
            milliseconds(client, [address] * 3)
            print(f"| {name} | {milliseconds(client, [address] * COUNT):.1f} |")


if __name__ == "__main__":
    main()
